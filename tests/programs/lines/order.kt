package shop

import java.util.Locale

data class Line(val name: String, val price: Double)

class Order(val id: Int, private val password: String = "hunter2secret") {
    private val lines = mutableListOf<Line>()
    var total: Double = 0.0
        private set

    fun add(name: String, price: Double, qty: Int = 1): Double {
        if (price < 0) throw IllegalArgumentException("bad $name")
        val sum = price * qty
        lines.add(Line(name, sum))
        total += sum
        for (line in lines) {
            val twice = line.price * 2
            println(twice)
        }
        val kind = when (qty) {
            1 -> "one"
            else -> {
                val many = "many"
                many
            }
        }
        var n = 0
        while (n < 3) {
            n++
        }
        val (a, b) = Pair(sum, kind)
        val half = { x: Double -> x / 2 }
        return half(a) + b.length
    }

    fun twice(): Double = total * 2
}

fun parse(text: String): Int? {
    val n = text.trim().toIntOrNull() ?: return null
    return n * 2
}

fun main() {
    val o = Order(1)
    println(o.add("tea", 2.0, 3))
    try {
        o.add("x", -1.0)
    } catch (e: IllegalArgumentException) {
        val m = e.message
        println(m)
    }
    println(parse(" 21 "))
    println(listOf(1, 2).map { it + 1 })
}
