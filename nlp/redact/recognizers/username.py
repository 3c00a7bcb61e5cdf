"""Brugernavn: handles and what stands after «mit brugernavn er»."""

from __future__ import annotations

from nlp.redact.recognizers.base import DanishRecognizer, rule

_NAME = r"(?P<x>[\"'«]?[\w][\w.@+-]{1,39}[\w])"
_NETWORK = r"(?:insta(?:gram)?|snap(?:chat)?|facebook|tiktok|twitter|discord|messenger|telegram|twitch|reddit|skype|steam|aula|ig|fb|threads|bluesky|mastodon|linkedin|vinted|roblox|minecraft|fortnite|xbox|psn|tinder)"


class UsernameRecognizer(DanishRecognizer):
    """User names of platforms and systems."""

    entity = "USERNAME"
    rules = (
        rule("handle", r"(?<![\w@./])@[\p{L}_][\w.-]{1,38}[\w]", 0.85),
        rule(
            "user name",
            rf"(?:bruger|login|log-?in|profil|skærm|gamer)[ -]?(?:navn|id|tag|name)(?:et)?(?:[ ]på[ ]\w+)?(?:[ ](?:er|var|hedder)|:|=)+[ ]*{_NAME}",
            0.9,
            group="x",
        ),
        rule(
            "user name bare",
            rf"\bbruger(?:navn|id|-id)(?:et)?[ ]+(?!(?:og|eller|på|til|er|var|som|virke\w*|fungere\w*|duede|skulle|passe\w*|blev|kan|har|der|at|i|med|ikke)\b){_NAME}",
            0.7,
            group="x",
        ),
        rule("user is", r"\bbruger(?:en)?[ ]?[:=][ ]?(?P<x>[\w.-]{3,40})", 0.8, group="x"),
        rule(
            "user code",
            r"\bbruger(?:en)?[ ](?P<x>(?=[\w.-]{0,30}[\d_])\p{L}[\w.-]{2,38}\w)",
            0.8,
            group="x",
        ),
        rule(
            "user equals", r"\buser(?:name|id)?[ ]?[=:][ ]?(?P<x>[\w.@-]{2,40}\w)", 0.85, group="x"
        ),
        rule(
            "login is",
            r"(?<!\p{L})\p{L}{0,16}(?:login|log-in|profil|nick|alias|brugerkonto)(?:en|et)?[ ]?(?:[ ](?:er|hedder|hed|var)|[:=])[ ]?(?P<x>(?=[\w.-]{0,30}[\d_])\p{L}[\w.-]{2,38}\w)",
            0.85,
            group="x",
            anchor=r"login|log-in|profil|nick|alias|brugerkonto",
        ),
        rule(
            "named there",
            r"\b\p{L}*(?:profil|bruger|nick|konto|login|forum|chat)\p{L}*[^\n]{0,60}?\b(?:hed|hedder|kald(?:er|te)[ ]mig|skrev[ ]som|skriver[ ]som)[ ](?P<x>(?=[\w.-]{0,30}_|\p{L}{3,20}\d)\p{L}[\w.-]{2,38}\w)",
            0.8,
            group="x",
            anchor=r"\b(?:hed|hedder|kald(?:er|te)[ ]mig|skrev[ ]som|skriver[ ]som)[ ](?=[\w.-]{0,30}[\d_])",
        ),
        rule("network", rf"\b{_NETWORK}[ ]?:[ ]?{_NAME}", 0.85, group="x"),
        rule(
            "hedder on",
            rf"\bhedder[ ](?P<x>[\w.]{{0,30}}[\d_.][\w.]{{0,30}}\w)(?=[ ]på[ ]{_NETWORK})",
            0.85,
            group="x",
        ),
        rule(
            "on network",
            rf"\b(?:på|min|mit)[ ]{_NETWORK}(?:[ ]?profil(?:en)?)?[ ](?:som[ ]|er[ ](?:jeg[ ])?|hedder[ ](?:jeg[ ])?)?(?P<x>\p{{L}}[\w.-]*[\d_.][\w.-]*\w)",
            0.85,
            group="x",
        ),
        # på Steam hedder han Zee_91
        rule(
            "called on network",
            rf"\bpå[ ]{_NETWORK},?[ ](?:hedder|kalder|er|skriver)[ ](?:jeg|han|hun|hen|vi)[ ](?:sig[ ]|mig[ ]|som[ ]){{0,2}}(?P<x>(?=[\w.-]*[\d_.])[\w][\w.-]*\w)",
            0.85,
            group="x",
        ),
        rule(
            "mitid",
            r"\b(?:mitid|nemid|uni-?login|unilogin)[ ]?(?:bruger\w*|id|-id)?(?:[ ]er[ ](?=[\w.-]*[\d_.-]\w)|[ ]?:[ ]?)(?P<x>[\w.-]{3,40}\w)",
            0.75,
            group="x",
        ),
        rule(
            "kombineret",
            r"(?<![\w@.=-])(?=[a-zæøå]*_)[a-zæøå]{2,20}(?:_[a-zæøå0-9]{1,20}){1,3}(?![\w.@-])",
            0.55,
        ),
    )
