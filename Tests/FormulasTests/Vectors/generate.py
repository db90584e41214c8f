#!/usr/bin/env python3
"""Random formulas with what they must give: `generate.py > vectors.txt`.

Python itself parses them (`ast`), so their precedence and grouping are Python's, and computes them:
with its integers of any size, its floats and its math module. What is ours is modelled here on its
own: the types, the 64 bits of integers, constants that are refused, and the reasons for no value.

A line is the number of an environment, what comes out, and the formula, with tabs between. What
comes out: `i` an integer, `r` a real to the bit, `~` a real of which the last digits depend on the
C library, `-` no value and its reason, `L` refused for a constant without a value, `T` refused for
its types or syntax. A line that begins with `@` gives the slots of the next environment.
"""
import ast
import math
import random
import re
from fractions import Fraction

COUNT = 3000
LOW, HIGH = -(2**63), 2**63 - 1
SEED = 20_260_301

TABLES = {
    "codes": [(0, 1.0), (1, 0.5), (2, 0.25), (5, -3.0)],
    "curve": [(-40.0, 1.5), (0.0, 2.0), (12.5, 10.0), (1000.0, -7.25)],
}

ENVIRONMENTS = [
    {"i0": 0, "i1": 1, "i2": -7, "i3": 519888, "r0": 0.0, "r1": 1.5, "r2": -2.25, "r3": 1e6,
     "b0": True, "b1": False},
    {"i0": HIGH, "i1": LOW, "i2": 63, "i3": -1, "r0": 1e308, "r1": -1e-300, "r2": 0.5, "r3": 2.5,
     "b0": False, "b1": False},
    {"i0": 5, "i1": 3, "i2": 64, "i3": 2**53 + 1, "r0": 3.0, "r1": -0.1, "r2": 40.0, "r3": 9.3e18,
     "b0": True, "b1": True},
    {"i0": -32768, "i1": 2, "i2": 0xBEEF, "i3": 12, "r0": 12.5, "r1": 7e-3, "r2": -0.5, "r3": 100.0,
     "b0": False, "b1": True},
]
# What has no value anywhere.
MISSING = {"mi": "i", "mr": "r"}
TYPES = {name: {"i": "i", "r": "r", "b": "b"}[name[0]] for name in ENVIRONMENTS[0]} | MISSING


class Refused(Exception):
    """Types or syntax."""


class ConstantFault(Exception):
    """A constant that has no value."""


class NoValue(Exception):
    """Why there is none."""


# How the C library's results are changed, to find formulas that hang on their last digits.
nudge = 0.0
used_library = False


def library(value):
    global used_library
    used_library = True
    return value * (1 + nudge)


def finite(value):
    if not math.isfinite(value):
        raise NoValue("not-finite")
    return value


def whole(value):
    if not LOW <= value <= HIGH:
        raise NoValue("overflow")
    return value


def power(a, b):
    if a == 0 and b < 0:
        raise NoValue("division-by-zero")
    try:
        return finite(library(math.pow(a, b)))
    except OverflowError:
        raise NoValue("not-finite")
    except ValueError:
        raise NoValue("out-of-domain")


def integer_power(a, b):
    if abs(a) > 1 and b > 64:
        raise NoValue("overflow")
    if abs(a) <= 1 and b > 64:
        b = 2 if b % 2 == 0 else 1
    return whole(a**b)


def modulo(a, b):
    if b == 0:
        raise NoValue("division-by-zero")
    return a % b


def divide(a, b):
    if b == 0:
        raise NoValue("division-by-zero")
    return finite(a / b)


def shift(a, b, left):
    if not 0 <= b <= 63:
        raise NoValue("out-of-domain")
    return whole(a << b) if left else a >> b


def sext(x, bits):
    if not 1 <= bits <= 64:
        raise NoValue("out-of-domain")
    x &= 2**bits - 1
    return x - 2**bits if x >= 2 ** (bits - 1) else x


def rounded(x):
    size = math.floor(Fraction(abs(x)) + Fraction(1, 2))
    return whole(-size if x < 0 else size)


def logarithm(function, x):
    if x <= 0:
        raise NoValue("out-of-domain")
    return library(function(x))


def exponential(x):
    try:
        return finite(library(math.exp(x)))
    except OverflowError:
        raise NoValue("not-finite")


def root(x):
    if x < 0:
        raise NoValue("out-of-domain")
    return math.sqrt(x)


def poly(x, coefficients):
    value = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        value = value * x + coefficient
    return finite(value)


def lookup(table, key):
    for k, value in TABLES[table]:
        if k == key:
            return value
    raise NoValue("out-of-domain")


def nearest(table, key):
    return min(TABLES[table], key=lambda pair: (abs(Fraction(pair[0]) - Fraction(key)), pair[0]))[1]


def interp(table, key):
    pairs = TABLES[table]
    for (k0, v0), (k1, v1) in zip(pairs, pairs[1:]):
        if key == k0:
            return v0
        if k0 < key < k1:
            return v0 + (key - k0) / (k1 - k0) * (v1 - v0)
    if key == pairs[-1][0]:
        return pairs[-1][1]
    raise NoValue("out-of-domain")


BITS = {ast.BitAnd: lambda a, b: a & b, ast.BitOr: lambda a, b: a | b, ast.BitXor: lambda a, b: a ^ b}
COMPARE = {
    ast.Eq: lambda a, b: a == b, ast.NotEq: lambda a, b: a != b, ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b, ast.Gt: lambda a, b: a > b, ast.GtE: lambda a, b: a >= b,
}


class Node:
    """A part: its type, its value where it is constant, and how to compute it."""

    def __init__(self, type, compute, constant=None):
        self.type, self.compute, self.constant = type, compute, constant

    def as_real(self):
        if self.type == "r":
            return self
        convert = lambda env: float(self.compute(env))
        return Node("r", convert, None if self.constant is None else float(self.constant))


def numbers(*nodes):
    if any(node.type == "b" for node in nodes):
        raise Refused()


def integers(*nodes):
    if any(node.type != "i" for node in nodes):
        raise Refused()


def condition(node):
    if node.type == "r":
        raise Refused()
    constant = None if node.constant is None else node.constant != 0
    return Node("b", lambda env: node.compute(env) != 0, constant)


def apply(type, dead, function, *nodes):
    compute = lambda env: function(*[node.compute(env) for node in nodes])
    if all(node.constant is not None for node in nodes):
        try:
            return Node(type, compute, function(*[node.constant for node in nodes]))
        except NoValue:
            if not dead:
                raise ConstantFault()
    return Node(type, compute)


def pair(dead, left, right, on_integers, on_reals):
    numbers(left, right)
    if left.type == right.type == "i":
        return apply("i", dead, on_integers, left, right)
    return apply("r", dead, on_reals, left.as_real(), right.as_real())


def lower(a, b):
    return b if b < a else a


def higher(a, b):
    return b if b > a else a


def raised(dead, left, right):
    numbers(left, right)
    if left.type == right.type == "i" and right.constant is not None and right.constant >= 0:
        return apply("i", dead, integer_power, left, right)
    return apply("r", dead, power, left.as_real(), right.as_real())


def binary(tree, dead):
    left, right = build(tree.left, dead), build(tree.right, dead)
    kind = type(tree.op)
    if kind in BITS:
        integers(left, right)
        return apply("i", dead, BITS[kind], left, right)
    if kind in (ast.LShift, ast.RShift):
        integers(left, right)
        if right.constant is not None and not 0 <= right.constant <= 63 and not dead:
            raise ConstantFault()
        return apply("i", dead, lambda a, b: shift(a, b, kind is ast.LShift), left, right)
    if kind is ast.Pow:
        return raised(dead, left, right)
    numbers(left, right)
    if kind in (ast.Div, ast.Mod) and right.constant == 0 and not dead:
        raise ConstantFault()
    if kind is ast.Div:
        return apply("r", dead, divide, left.as_real(), right.as_real())
    if kind is ast.Mod:
        return pair(dead, left, right, modulo, modulo)
    function = {ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b}[kind]
    return pair(dead, left, right, lambda a, b: whole(function(a, b)), lambda a, b: finite(function(a, b)))


def unary(tree, dead):
    kind = type(tree.op)
    if kind is ast.USub and isinstance(tree.operand, ast.Constant) and tree.operand.value == 2**63:
        return Node("i", lambda env: LOW, LOW)
    operand = build(tree.operand, dead)
    if kind is ast.Not:
        return apply("b", dead, lambda a: not a, condition(operand))
    if kind is ast.Invert:
        integers(operand)
        return apply("i", dead, lambda a: ~a, operand)
    numbers(operand)
    if kind is ast.UAdd:
        return operand
    return apply(operand.type, dead, (lambda a: whole(-a)) if operand.type == "i" else (lambda a: -a), operand)


def logic(values, is_or, dead):
    result = condition(build(values[0], dead))
    for value in values[1:]:
        known = None if result.constant is None else result.constant == is_or
        right = condition(build(value, dead or known is True))
        if known is True:
            continue
        if known is False:
            result = right
            continue
        result = Node("b", lambda env, l=result, r=right: is_or if l.compute(env) == is_or else r.compute(env))
    return result


def choose(arguments, dead):
    test = build(arguments[0], dead)
    if test.type == "r":
        raise Refused()
    known = None if test.constant is None else test.constant != 0
    first = build(arguments[1], dead or known is False)
    second = build(arguments[2], dead or known is True)
    if (first.type == "b") != (second.type == "b"):
        raise Refused()
    if first.type != second.type:
        first, second = first.as_real(), second.as_real()
    if known is not None:
        return first if known else second
    return Node(first.type, lambda env: (first if test.compute(env) else second).compute(env))


ONE_REAL = {
    "sqrt": root, "exp": exponential, "ln": lambda x: logarithm(math.log, x),
    "log10": lambda x: logarithm(math.log10, x),
}
TO_WHOLE = {
    "floor": lambda x: whole(math.floor(x)), "ceil": lambda x: whole(math.ceil(x)),
    "round": rounded, "trunc": lambda x: whole(math.trunc(x)),
}
IN_TABLE = {"lookup": lookup, "nearest": nearest, "interp": interp}


def call(name, arguments, dead):
    if name == "if_":
        return choose(arguments, dead)
    if name in IN_TABLE:
        table, key = arguments[0].id, build(arguments[1], dead)
        numbers(key)
        return apply("r", dead, lambda x: IN_TABLE[name](table, x), key.as_real())
    nodes = [build(argument, dead) for argument in arguments]
    if name == "sext":
        integers(*nodes)
        if nodes[1].constant is not None and not 1 <= nodes[1].constant <= 64 and not dead:
            raise ConstantFault()
        return apply("i", dead, sext, *nodes)
    numbers(*nodes)
    if name in ONE_REAL:
        return apply("r", dead, ONE_REAL[name], nodes[0].as_real())
    if name in TO_WHOLE:
        return nodes[0] if nodes[0].type == "i" else apply("i", dead, TO_WHOLE[name], nodes[0])
    if name == "abs":
        return apply(nodes[0].type, dead, lambda a: whole(abs(a)) if isinstance(a, int) else abs(a), nodes[0])
    if name == "pow":
        return raised(dead, *nodes)
    if name == "poly":
        return apply("r", dead, lambda x, *c: poly(x, c), *[node.as_real() for node in nodes])
    if name == "clamp":
        low, high = nodes[1].constant, nodes[2].constant
        if low is not None and high is not None and low > high and not dead:
            raise ConstantFault()
        raised_ = pair(dead, nodes[0], nodes[1], higher, higher)
        return pair(dead, raised_, nodes[2], lower, lower)
    function = {"min": lower, "max": higher}[name]
    result = nodes[0]
    for node in nodes[1:]:
        result = pair(dead, result, node, function, function)
    return result


def get(name):
    def compute(env):
        if name in MISSING:
            raise NoValue("input 7")
        return env[name]
    return compute


def build(tree, dead=False):
    if isinstance(tree, ast.Constant):
        if isinstance(tree.value, int) and tree.value > HIGH:
            raise Refused()
        return Node("i" if isinstance(tree.value, int) else "r", lambda env: tree.value, tree.value)
    if isinstance(tree, ast.Name):
        if tree.id in ("true", "false"):
            return Node("b", lambda env: tree.id == "true", tree.id == "true")
        return Node(TYPES[tree.id], get(tree.id))
    if isinstance(tree, ast.BinOp):
        return binary(tree, dead)
    if isinstance(tree, ast.UnaryOp):
        return unary(tree, dead)
    if isinstance(tree, ast.BoolOp):
        return logic(tree.values, isinstance(tree.op, ast.Or), dead)
    if isinstance(tree, ast.Compare):
        if len(tree.ops) > 1:
            raise Refused()
        left, right = build(tree.left, dead), build(tree.comparators[0], dead)
        function = COMPARE[type(tree.ops[0])]
        if left.type == right.type == "b" and isinstance(tree.ops[0], (ast.Eq, ast.NotEq)):
            return apply("b", dead, function, left, right)
        numbers(left, right)
        if left.type != right.type:
            left, right = left.as_real(), right.as_real()
        return apply("b", dead, function, left, right)
    return call(tree.func.id, tree.args, dead)


def outcome(text, env):
    """What comes out, as it stands in a line; and the value."""
    global used_library
    used_library = False
    try:
        tree = ast.parse(re.sub(r"\bif\(", "if_(", text), mode="eval").body
        node = build(tree)
    except (Refused, SyntaxError):
        return "T", None
    except ConstantFault:
        return "L", None
    try:
        value = node.compute(env)
    except NoValue as reason:
        return f"-{reason}", None
    if node.type == "r":
        return ("~" if used_library else "r") + repr(value), value
    return f"i{int(value)}", None


def is_steady(text, env):
    """Whether it is the same on a machine whose C library rounds otherwise."""
    global nudge
    results = []
    for nudge in (2.0**-50, -(2.0**-50), 0.0):
        results.append(outcome(text, env))
    for kind, value in results:
        if value is None and kind != results[-1][0]:
            return False
        if value is not None and not math.isclose(value, results[-1][1], rel_tol=1e-13, abs_tol=1e-300):
            return False
    return True


def maker(draw):
    integers_ = ["0", "1", "2", "3", "5", "8", "10", "16", "63", "64", "100", "255", "0x7F", "0xFFFF",
                 "32768", "65536", "1000000", "0x7FFFFFFFFFFFFFFF", "-9223372036854775808", "9007199254740993"]
    reals = ["0.0", "0.5", "1.0", "2.5", ".1", "1e3", "2.3", "1.25e-3", "6.02E+23", "1e308", "100.5", "0.3"]

    def leaf(kind):
        names = [name for name, type in TYPES.items() if type == kind]
        if kind == "b":
            return draw.choice(names + ["true", "false"])
        if draw.random() < 0.6:
            # What has no value is rare, or nothing else would come out.
            name = draw.choice(names)
            return name if name not in MISSING or draw.random() < 0.3 else draw.choice(names)
        return draw.choice(integers_ if kind == "i" else reals)

    def wrap(text):
        return f"({text})" if draw.random() < 0.45 else text

    def space():
        return draw.choice(["", " "])

    def make(kind, depth):
        if depth == 0 or draw.random() < 0.1:
            return leaf(kind)
        if draw.random() < 0.02:
            kind = draw.choice("irb")
        sub = lambda k: wrap(make(k, depth - 1))
        bare = lambda k: make(k, depth - 1)
        number = lambda: draw.choice("iir")
        join = lambda a, op, b: f"{a}{space()}{op}{space()}{b}" if op[0] not in "ao" else f"{a} {op} {b}"
        if draw.random() < 0.08:
            return f"if({bare(draw.choice('bbi'))}, {bare(kind)}, {bare(kind)})"
        if kind == "b":
            choice = draw.random()
            if choice < 0.45:
                return join(sub(number()), draw.choice(["==", "!=", "<", "<=", ">", ">="]), sub(number()))
            if choice < 0.85:
                return join(sub(draw.choice("bbi")), draw.choice(["and", "or"]), sub(draw.choice("bbi")))
            if choice < 0.9:
                return join(sub("b"), draw.choice(["==", "!="]), sub("b"))
            return f"not {sub(draw.choice('bi'))}"
        if kind == "i":
            choice = draw.random()
            if choice < 0.4:
                return join(sub("i"), draw.choice(["+", "-", "*", "%"]), sub("i"))
            if choice < 0.65:
                return join(sub("i"), draw.choice(["&", "|", "^"]), sub("i"))
            if choice < 0.73:
                return join(sub("i"), draw.choice(["<<", ">>"]), draw.choice(["1", "4", "7", "63", sub("i")]))
            if choice < 0.78:
                return join(sub("i"), "**", draw.choice(["0", "1", "2", "3", "2**2", "62"]))
            if choice < 0.86:
                return draw.choice("-~+") + sub("i")
            if choice < 0.93:
                return f"{draw.choice(['floor', 'ceil', 'round', 'trunc'])}({bare('r')})"
            return draw.choice([
                lambda: f"abs({bare('i')})", lambda: f"min({bare('i')},{bare('i')})",
                lambda: f"max({bare('i')}, {bare('i')}, {bare('i')})",
                lambda: f"sext({bare('i')}, {draw.choice(['8', '12', '16', '64', bare('i')])})",
                lambda: f"clamp({bare('i')}, {bare('i')}, {bare('i')})"])()
        choice = draw.random()
        if choice < 0.4:
            return join(sub(number()), draw.choice(["+", "-", "*", "%"]), sub("r"))
        if choice < 0.6:
            return join(sub(number()), "/", sub(number()))
        if choice < 0.68:
            return join(sub(number()), "**", draw.choice(["2", "0.5", "-1", "-2", sub(number())]))
        if choice < 0.73:
            return draw.choice("-+") + sub("r")
        if choice < 0.85:
            return f"{draw.choice(['sqrt', 'exp', 'ln', 'log10', 'abs'])}({bare(number())})"
        return draw.choice([
            lambda: f"min({bare('r')}, {bare(number())})", lambda: f"max({bare(number())}, {bare('r')})",
            lambda: f"clamp({bare('r')}, {bare(number())}, {bare(number())})",
            lambda: f"pow({bare(number())}, {bare(number())})",
            lambda: f"poly({bare(number())}, {bare('r')}, {bare('i')}, {bare('r')})",
            lambda: f"lookup(codes, {draw.choice(['0', '2', '5', bare('i')])})",
            lambda: f"nearest(codes, {bare(number())})",
            lambda: f"interp(curve, {bare('r')})"])()
    return make


def main():
    draw = random.Random(SEED)
    make = maker(draw)
    for env in ENVIRONMENTS:
        print("@" + " ".join(f"{name}={int(v) if name[0] != 'r' else repr(v)}" for name, v in env.items()))
    # What teaches little is let through up to a share.
    room = {"T": COUNT // 12, "L": COUNT // 10, "-": COUNT // 5}
    seen = set()
    while len(seen) < COUNT:
        text = make(draw.choice("irb"), draw.choice([1, 2, 2, 3, 3, 4]))
        number = draw.randrange(len(ENVIRONMENTS))
        if text in seen or len(text) > 160 or not is_steady(text, ENVIRONMENTS[number]):
            continue
        kind, _ = outcome(text, ENVIRONMENTS[number])
        if kind[0] in room:
            if room[kind[0]] == 0:
                continue
            room[kind[0]] -= 1
        seen.add(text)
        print(f"{number}\t{kind}\t{text}")


main()
