//! Orders.
#![allow(dead_code)]
use std::collections::HashMap;

#[derive(Debug, Clone)]
struct Order {
    id: u32,
    password: String,
    lines: Vec<f64>,
}

struct Opaque(u8);

impl Order {
    fn total(&self, rate: f64) -> f64 {
        let mut sum = 0.0;
        for line in &self.lines {
            sum += line;
        }
        let with = sum * rate;
        with
    }

    fn add(&mut self, price: f64) -> Result<usize, String> {
        if price < 0.0 {
            return Err(format!("bad {price}"));
        }
        self.lines.push(price);
        self.id += 1;
        Ok(self.lines.len())
    }
}

fn parse(text: &str) -> Result<i32, std::num::ParseIntError> {
    let n: i32 = text.trim().parse()?;
    Ok(n * 2)
}

fn pick<T>(xs: Vec<T>, at: usize) -> Option<T> {
    let mut it = xs.into_iter();
    it.nth(at)
}

const fn half(n: u32) -> u32 {
    n / 2
}

fn moved(name: String) -> String {
    let other = name;
    let shown = match other.len() {
        0 => String::from("none"),
        n if n > 3 => {
            let long = format!("long {n}");
            long
        }
        _ => other.clone(),
    };
    shown
}

fn main() {
    let mut order = Order { id: 1, password: "hunter2secret".into(), lines: vec![] };
    let n = order.add(2.5).unwrap();
    let mut m: HashMap<String, u32> = HashMap::new();
    m.insert("a".to_string(), 3);
    if let Some(v) = m.get("a") {
        println!("{v}");
    }
    let mut i = 0;
    while i < 3 {
        i += 1;
    }
    let double = |x: i32| x * 2;
    let Some(first) = pick(vec![1, 2], 1) else { return; };
    let o = Opaque(3);
    let (a, b) = (o.0, n);
    println!("{} {} {:?} {} {} {}", order.total(1.5), double(first), parse("21"), moved("abcdef".into()), a, b);
    println!("{}", half(8));
}
