<?php
declare(strict_types=1);

namespace App\Cart;

use InvalidArgumentException;

final class Cart
{
    private array $lines = [];
    private string $password = 'hunter2secret';

    public function __construct(private int $limit = 3)
    {
        $this->limit = $limit + 1;
    }

    public function add(string $name, float $price, int $qty = 1): float
    {
        if ($qty < 1) {
            throw new InvalidArgumentException("bad qty $qty");
        }
        $sum = $price * $qty;
        $this->lines[$name] = $sum;
        foreach ($this->lines as $key => $value) {
            $text = "$key={$value}";
        }
        [$a, $b] = [$sum, $qty];
        for ($i = 0; $i < 2; $i++) $a += $i;
        while ($b < 3) {
            $b++;
        }
        switch ($qty) {
            case 1:
                $kind = 'one';
                break;
            default:
                $kind = 'many';
        }
        $label = match (true) {
            $qty > 1 => 'bulk',
            default => 'single',
        };
        $twice = fn($x) => $x * 2;
        $add = function ($x) use ($a) { $r = $x + $a; return $r; };
        return $sum + $add(1) + $twice(1);
    }
}

function total(array $xs): int
{
    $t = 0;
    foreach ($xs as $x) { $t += $x; }
    return $t;
}

$cart = new Cart();
echo $cart->add('tea', 2.5, 2), "\n";
try {
    $cart->add('x', 1.0, 0);
} catch (InvalidArgumentException $e) {
    $m = $e->getMessage();
    echo $m, "\n";
}
echo total([1, 2]), "\n";
