# frozen_string_literal: true
require 'json'

class Order
  attr_reader :total
  def initialize(items, password = 'hunter2secret')
    @items = items
    @password = password
    @total = 0
  end

  def add(item, qty: 1)
    price = item[:price] * qty
    return nil if price < 0
    @items << item
    @total += price
    @items.each do |it, i|
      next unless it[:price] > 2
      note = "big #{it[:name]}"
      puts note
    end
    first, *rest = @items
    price
  end

  def self.load(text)
    data = JSON.parse(text)
    if data.key?('items') && data['items'].any?
      order = new(data['items'])
    elsif data.empty?
      order = nil
    else
      order = new([])
    end
    case data['kind']
    when 'a' then kind = 1
    else
      kind = 2
    end
    while kind < 5
      kind += 1
    end
    order
  rescue JSON::ParserError => e
    warn_text = e.class.name
    raise ArgumentError, warn_text
  ensure
    done = true
  end
end

square = ->(x) { x * x }
o = Order.load('{"items": [1], "kind": "b"}')
o2 = Order.new([])
puts o2.add({ name: 'x', price: 3 }, qty: 2)
puts square.call(4)
puts [1, 2].map { |v| v + 1 }.sum
begin
  Order.load('{')
rescue ArgumentError => e
  puts e.message
end
