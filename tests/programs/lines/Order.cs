using System;
using System.Collections.Generic;
using System.Linq;

namespace Shop
{
    public class Order
    {
        private readonly List<double> lines = new List<double>();
        private string password = "hunter2secret";
        public double Total { get; private set; }
        public int Id => 3;

        public Order(int id)
        {
            this.Total = id * 2;
        }

        public double Add(string name, double price, int qty = 1)
        {
            if (price < 0)
                throw new ArgumentException("bad " + name);
            var sum = price * qty;
            lines.Add(sum);
            Total += sum;
            foreach (var line in lines)
            {
                var twice = line * 2;
            }
            for (int i = 0; i < 2; i++) sum += i;
            string kind;
            switch (qty)
            {
                case 1:
                    kind = "one";
                    break;
                default:
                    kind = "many";
                    break;
            }
            Func<double, double> half = x => x / 2;
            int n;
            if (int.TryParse("4", out n)) { n++; }
            using (var w = new System.IO.StringWriter())
            {
                var text = w.ToString() + kind;
            }
            return half(sum) + n;
        }

        public static double Sum(IEnumerable<double> xs) => xs.Sum();
    }

    public static class Program
    {
        public static void Main(string[] args)
        {
            var o = new Order(1);
            Console.WriteLine(o.Add("tea", 2, 3));
            try
            {
                o.Add("x", -1);
            }
            catch (ArgumentException e)
            {
                var m = e.Message;
                Console.WriteLine(m);
            }
            Console.WriteLine(Order.Sum(new[] { 1.0, 2.0 }));
            while (o.Total < 3) { break; }
        }
    }
}
