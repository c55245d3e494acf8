"""Small programs that fail, and what Python printed when they did."""

MEAN = '''\
def mean(items):
    """The mean of what there is."""
    return sum(items) / len(items)


def run():
    return mean([])


run()
'''
MEAN_TRACE = """\
Traceback (most recent call last):
  File "/srv/shop/app/main.py", line 10, in <module>
    run()
  File "/srv/shop/app/main.py", line 7, in run
    return mean([])
  File "/srv/shop/app/main.py", line 3, in mean
    return sum(items) / len(items)
ZeroDivisionError: division by zero
"""
TOTAL = """\
def total(items):
    return sum(items) / len(items)


def run():
    return total([])
"""
TOTAL_TRACE = """\
Traceback (most recent call last):
  File "app/main.py", line 6, in run
    return total([])
  File "app/main.py", line 2, in total
    return sum(items) / len(items)
ZeroDivisionError: division by zero
"""
SHOP = """\
PRICES = {"tea": 3}


def find(name):
    return PRICES.get(name)


def total(names):
    value = 0
    for name in names:
        value += find(name)
    return value


if __name__ == "__main__":
    print(total(["Tea", "tea"]))
"""
