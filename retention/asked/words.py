"""The words of requests: kinds, ways, decisions and reasons, as staff and the person who asked read them.

The English sentence is the msgid; the Dutch stands in locale/nl/LC_MESSAGES/requests.po.
"""

from typing import Final

from retention.base.translations import N_

KINDS: Final = {
    "access": N_("See what we keep"),
    "correction": N_("Have something corrected"),
    "deletion": N_("Have something deleted"),
    "objection": N_("Object to it being kept"),
}
STATES: Final = {
    "to_freeze": N_("footage to be kept"),
    "open": N_("open"),
    "answered": N_("answered"),
}
WAYS: Final = {
    "shown": N_("Showed proof at the desk"),
    "known": N_("Reception knows this person"),
    "called": N_("Called back on a number we knew"),
    "post": N_("The answer goes to an address we knew"),
}
CLOSINGS: Final = {
    "withdrawn": N_("Whoever asked takes it back"),
    "mistake": N_("It was noted by mistake"),
    "settled": N_("It is answered, and whoever asked is content"),
}
# What a decision means, by the kind of request.
DECISIONS: Final = {
    "access": {
        "yes": N_("We give all that we keep"),
        "partly": N_("We give part of it"),
        "no": N_("We give nothing"),
    },
    "correction": {
        "yes": N_("It is corrected"),
        "partly": N_("Part of it is corrected"),
        "no": N_("Nothing is corrected"),
    },
    "deletion": {
        "yes": N_("It is deleted"),
        "partly": N_("Part of it is deleted"),
        "no": N_("Nothing is deleted early"),
    },
    "objection": {
        "yes": N_("The objection is right: we stop"),
        "partly": N_("The objection is right in part"),
        "no": N_("The interest of all outweighs it"),
    },
}
# Why something is not given or not done: the short form for staff, the sentence for who asked.
WITHHELD: Final = {
    "others": N_("Other people are in it"),
    "safety": N_("The footage keeps everybody safe"),
    "calamity": N_("There was a real emergency"),
    "inquiry": N_("An inquiry would be harmed"),
    "identity": N_("We are not sure who asks"),
}
WHY: Final = {
    "others": N_(
        "On the footage are other people too. Their privacy counts as much as yours. That is why nobody but you can "
        "be recognised in a copy."
    ),
    "safety": N_(
        "We keep the footage to see what happened at the entrance. That keeps everybody in the building safe. That is "
        "why we do not destroy it early. It goes by itself after {footage}."
    ),
    "calamity": N_(
        "There was a real emergency. We must be able to account for everybody who was inside. That is why the list of "
        "it stays for {calamity}. Then we destroy it."
    ),
    "inquiry": N_("Something is being looked into. If we gave this now, that would be harmed."),
    "identity": N_(
        "We are not sure that you are the person this is about. That is why we may not give or change anything. Come "
        "to reception, or call us: then we look together."
    ),
}
# What a visitor wants in an emergency, as they themselves read it; responders read it as an instruction.
HELP: Final = {
    "stairs": N_("we help you on the stairs"),
    "hearing": N_("we tell you in person that there is an alarm"),
    "sight": N_("we guide you by the arm"),
    "companion": N_("you have somebody with you"),
}
CAUSES: Final = {
    "expired": N_("destroyed at its term"),
    "evicted": N_("destroyed early, there was no room left"),
    "lost": N_("the file is gone"),
}
NOT_CAPTURED: Final = N_("there is no footage of this time")
ROLES: Final = {"staff": N_("member of staff"), "privacy_officer": N_("privacy officer")}
TITLES: Final = {
    "access": N_("Answer to your question what we keep of you"),
    "correction": N_("Answer to your question to correct your data"),
    "deletion": N_("Answer to your question to delete your data"),
    "objection": N_("Answer to your objection"),
}
OPENINGS: Final = {
    "access": N_("On {day} you asked us which data we keep of you. This is our answer."),
    "correction": N_("On {day} you asked us to correct your data. This is our answer."),
    "deletion": N_("On {day} you asked us to delete your data. This is our answer."),
    "objection": N_("On {day} you objected to our keeping your data. This is our answer."),
}
EARLIER_DAYS: Final = N_(
    "Of visits on earlier days we keep nothing. At the end of each day, at {time}, we destroy the names."
)
COPIES_GO: Final = N_(
    "Copies may still stand elsewhere: on a screen, or in a back-up. Until {moment} at the latest. Then we destroy the "
    "key: nobody can read the back-up any more, and screens forget your name."
)
NAMELESS_LINE: Final = N_(
    "As long as you are inside, a line without your name stays on the list. So we know in an emergency that somebody "
    "is there."
)
COPIES_GONE: Final = N_(
    "Copies may still stand elsewhere: on a screen, or in a back-up. On {moment} we destroyed the key to them. Nobody "
    "can read those copies any more."
)
WE_GO_ON: Final = N_(
    "We go on. The names tell us who is inside when there is an emergency. The images tell us what happened at the "
    "entrance. Both are needed for the safety of everybody, and we keep them briefly."
)
RECIPIENTS: Final = N_(
    "Staff of reception, of the emergency team and the privacy officer see it when their work asks for it. In an "
    "emergency the fire brigade and the ambulance do. We give it to nobody else, unless the law demands that."
)
RIGHTS: Final = N_(
    "You may ask us to see, correct or delete your data, or to set it apart. You may object to our keeping it. That "
    "costs nothing."
)
COMPLAIN: Final = N_(
    "Do you not agree with this answer? Tell us. You may also complain to the Autoriteit Persoonsgegevens: "
    "autoriteitpersoonsgegevens.nl, telephone 088\u00a01805\u00a0250. Or you can go to court."
)
