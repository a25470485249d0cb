# The SQL of DataFrame.join on column names, and of crossJoin.
from mortar_kernel.columns import Column
from mortar_kernel.literals import quote
from mortar_kernel.refusals import no_use

KINDS = {
    "inner": "INNER", "cross": "CROSS", "outer": "FULL OUTER", "full": "FULL OUTER", "fullouter": "FULL OUTER",
    "left": "LEFT OUTER", "leftouter": "LEFT OUTER", "right": "RIGHT OUTER", "rightouter": "RIGHT OUTER",
    "semi": "SEMI", "leftsemi": "SEMI", "anti": "ANTI", "leftanti": "ANTI",
}


def join_sql(left, right, on, how):
    kind = KINDS.get(how.lower().replace("_", ""))
    if kind is None:
        raise ValueError("[UNSUPPORTED_JOIN_TYPE] Unsupported join type '%s'." % how)
    names = [on] if isinstance(on, (str, Column)) else list(on or [])
    if any(isinstance(name, Column) for name in names):
        raise no_use("DataFrame.join on a Column expression (join on names, after withColumnRenamed)")
    if bool(names) == (kind == "CROSS"):
        raise no_use("DataFrame.join without column names (crossJoin gives all pairs)" if not names else "A cross join with column names")
    for name in names:
        left._require(name)
        right._require(name)
    pairs = [(found(left._unique(), name), found(right._unique(), name)) for name in names]
    condition = " AND ".join("_l.%s = _r.%s" % (quote(a), quote(b)) for a, b in pairs)
    if kind in ("SEMI", "ANTI"):
        exists = "EXISTS" if kind == "SEMI" else "NOT EXISTS"
        return "SELECT * FROM (%s) AS _l WHERE %s (SELECT 1 FROM (%s) AS _r WHERE %s)" % (left._sql, exists, right._sql, condition)
    selected = [key_of(pair, kind) for pair in pairs]
    used_left, used_right = [a for a, _ in pairs], [b for _, b in pairs]
    rest_left = [name for name in left._unique() if name not in used_left]
    rest_right = [name for name in right._unique() if name not in used_right]
    refuse_doubles([a for a, _ in pairs] + rest_left + rest_right)
    selected += ["_l.%s AS %s" % (quote(name), quote(name)) for name in rest_left]
    selected += ["_r.%s AS %s" % (quote(name), quote(name)) for name in rest_right]
    sql = "SELECT %s FROM (%s) AS _l %s JOIN (%s) AS _r" % (", ".join(selected), left._sql, kind, right._sql)
    return sql if kind == "CROSS" else "%s ON %s" % (sql, condition)


def key_of(pair, kind):
    mine, theirs = quote(pair[0]), quote(pair[1])
    if kind == "FULL OUTER":
        return "coalesce(_l.%s, _r.%s) AS %s" % (mine, theirs, mine)
    return "_r.%s AS %s" % (theirs, mine) if kind == "RIGHT OUTER" else "_l.%s AS %s" % (mine, mine)


def found(names, wanted):
    return next(name for name in names if name.lower() == wanted.lower())


def refuse_doubles(names):
    seen = set()
    for name in names:
        if name.lower() in seen:
            raise no_use("A join whose result has two columns named %r (rename one first)" % name)
        seen.add(name.lower())
