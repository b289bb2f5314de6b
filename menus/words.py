"""The platform's own few words: navigation, and what is said of an entry that will not do.

French source; translated in the catalogues under the context `words`.
"""

NEXT = "Suite"
BACK = "Retour"
HOME = "Accueil"
CONTINUE = "Continuer"
AGAIN = "Recommencer"
RESUME = "Reprendre où vous étiez ?"
WRONG_CHOICE = "Choix inconnu."
WRONG_DIGITS = "Tapez les chiffres demandés."
WRONG_PIN = "Tapez 4 à 6 chiffres."
WRONG_NUMERAL = "Tapez un nombre."
WRONG_AMOUNT = "Tapez un montant en chiffres."
WRONG_PHONE = "Tapez un numéro, comme 770000001."
WRONG_REFERENCE = "Numéro faux."
WRONG_YEAR = "Tapez une année, comme 1990."
WRONG_TEXT = "Texte trop long."
UNAVAILABLE = "Service indisponible pour le moment. Recomposez le code plus tard."
NOT_UNDERSTOOD = "Appel non compris. Recomposez le code."
LATE = "C'est plus long que prévu. Un SMS vous dira la suite."
TOO_MANY = "Trop d'appels à la fois. Recomposez le code dans une minute."

ALL = (
    NEXT,
    BACK,
    HOME,
    CONTINUE,
    AGAIN,
    RESUME,
    WRONG_CHOICE,
    WRONG_DIGITS,
    WRONG_PIN,
    WRONG_NUMERAL,
    WRONG_AMOUNT,
    WRONG_PHONE,
    WRONG_REFERENCE,
    WRONG_YEAR,
    WRONG_TEXT,
    UNAVAILABLE,
    NOT_UNDERSTOOD,
    LATE,
    TOO_MANY,
)

CONTEXT = "words"
