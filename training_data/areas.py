"""The eight areas of the centre, in the order used everywhere."""

AREAS: tuple[str, ...] = (
    "børn og familie",
    "handicap",
    "jobcenter",
    "ældre",
    "socialpsykiatri",
    "skole og PPR",
    "bolig og økonomi",
    "andet",
)
