"""What the rooms of SMS have codes for, in words."""

from collections.abc import Mapping
from typing import Final

from console.cases.words import TOPICS
from console.speaking import N_, _, language
from sms import keywords, states
from sms.texts import all_texts, opening

STATES: Final = {
    states.QUEUED: N_("attend de partir"),
    states.LEASED: N_("va partir"),
    states.SENDING: N_("part en ce moment"),
    states.HELD: N_("retenu"),
    states.UNCERTAIN: N_("en doute"),
    states.ACCEPTED: N_("pris par le fournisseur"),
    states.SENT: N_("parti"),
    states.SUBMITTED: N_("chez l'opérateur"),
    states.BUFFERED: N_("attend le téléphone"),
    states.DELIVERED: N_("reçu"),
    states.EXPIRED: N_("arrivé trop tard"),
    states.OPTED_OUT: N_("la personne n'en veut pas"),
    states.FAILED_TEMPORARY: N_("échec passager"),
    states.FAILED_PERMANENT: N_("échec"),
}
GROUPS: Final = {
    "to_see": N_("À voir : retenus ou en doute"),
    "waiting": N_("Pas encore partis"),
    "on_their_way": N_("En route"),
    "failed": N_("Échecs"),
}
MEANT: Final = {
    states.QUEUED: N_("Il partira dès que possible, ou à l'heure dite."),
    states.LEASED: N_("Rien n'est encore parti."),
    states.SENDING: N_("L'appel au fournisseur est en cours."),
    states.HELD: N_("Une personne doit décider : rien ne part avant."),
    states.UNCERTAIN: N_("La réponse du fournisseur s'est perdue : il est parti, ou pas."),
    states.ACCEPTED: N_("Le fournisseur l'a ; on attend des nouvelles du téléphone."),
    states.SENT: N_("Le fournisseur l'a passé plus loin."),
    states.SUBMITTED: N_("L'opérateur du téléphone l'a."),
    states.BUFFERED: N_("L'opérateur attend que le téléphone soit allumé."),
    states.DELIVERED: N_("Le téléphone l'a reçu."),
    states.EXPIRED: N_("Il ne servait plus à rien : il n'est pas parti, ou plus suivi."),
    states.OPTED_OUT: N_("Elle seule peut changer cela : START, le menu, ou au guichet."),
    states.FAILED_TEMPORARY: N_("Tous les essais ont échoué, pour des raisons qui peuvent passer."),
    states.FAILED_PERMANENT: N_("Il ne peut pas partir, ou a été refusé."),
}
# How much it matters, as a class of the style sheet.
WEIGHTS: Final = {
    states.DELIVERED: "well",
    states.FAILED_PERMANENT: "bad",
    states.FAILED_TEMPORARY: "bad",
    states.HELD: "see",
    states.UNCERTAIN: "see",
}
CHANNELS: Final = {states.SMS: N_("SMS"), states.EMAIL: N_("E-mail")}
OUTCOMES: Final = {
    "accepted": N_("pris"),
    "refused": N_("refusé"),
    "unknown": N_("réponse perdue"),
}
REASONS: Final = {
    "absentsubscriber": N_("téléphone éteint ou sans réseau"),
    "breaker_open": N_("fournisseur laissé en paix"),
    "bulk_cancelled": N_("envoi groupé arrêté"),
    "bulk_paused": N_("envoi groupé en pause"),
    "connection_lost": N_("liaison coupée"),
    "consent_withdrawn": N_("la personne n'en veut pas"),
    "could_not_route": N_("pas de chemin vers ce numéro"),
    "daily_limit": N_("trop de SMS à ce numéro aujourd'hui"),
    "deliveryfailure": N_("remise impossible"),
    "do_not_disturb": N_("ne pas déranger"),
    "erased": N_("numéro ou texte effacé"),
    "gateway_bug": N_("erreur pendant l'appel"),
    "gateway_error": N_("panne chez le fournisseur"),
    "in_part": N_("une partie seulement est partie"),
    "insufficient_balance": N_("le crédit est épuisé"),
    "invalid_address": N_("adresse e-mail fausse"),
    "invalid_number": N_("ce numéro n'existe pas"),
    "invalid_sender": N_("expéditeur refusé"),
    "no_answer": N_("pas de réponse à temps"),
    "no_connection": N_("fournisseur injoignable"),
    "no_gateway": N_("aucun fournisseur pour ce pays"),
    "opted_out": N_("sur la liste de refus de l'opérateur"),
    "overtaken": N_("ce n'était plus vrai"),
    "pace": N_("le débit du fournisseur est atteint"),
    "quiet_hours": N_("heures de repos"),
    "refused": N_("refusé sans raison"),
    "rejected_by_gateway": N_("refusé par le fournisseur"),
    "risk_hold": N_("retenu par le contrôle de l'opérateur"),
    "same_text": N_("même texte il y a un instant"),
    "spend_cap": N_("plafond du jour atteint"),
    "too_fast": N_("trop vite pour le fournisseur"),
    "too_late": N_("trop tard pour être utile"),
    "unreadable": N_("clé perdue : illisible"),
    "unreadable_reply": N_("réponse illisible"),
    "unsupported_number": N_("numéro que ce fournisseur ne sert pas"),
    "worker_lost": N_("le programme d'envoi s'est arrêté"),
    "wrong_credentials": N_("nos identifiants sont refusés"),
}
STANDINGS: Final = {
    "closed": N_("en marche"),
    "open": N_("laissé en paix"),
    "half": N_("à l'essai"),
    "paused": N_("en pause"),
}
SOURCES: Final = {
    "sms": N_("par SMS"),
    "ussd": N_("par le menu du téléphone"),
    "console": N_("au guichet"),
    "gateway": N_("par l'opérateur"),
}
BULKS: Final = {
    "loading": N_("liste en cours de lecture"),
    "draft": N_("brouillon"),
    "running": N_("en cours"),
    "paused": N_("en pause"),
    "cancelled": N_("arrêté"),
    "done": N_("terminé"),
}
KEYWORDS: Final = {
    keywords.TICKET: N_("Dit où en est le ticket ; avec un bureau et une lettre, en prend un"),
    keywords.LATE: N_("Laisse passer quelques personnes avant soi, une fois"),
    keywords.HERE: N_("Remet dans la file qui a manqué son appel"),
    keywords.CANCEL: N_("Rend le ticket"),
    keywords.STATUS: N_("Dit où en est un dossier, avec son numéro"),
    keywords.COMPLAIN: N_("Ouvre une plainte"),
    keywords.LANGUAGE: N_("Change la langue des SMS et du menu"),
    keywords.EMAIL: N_("Ajoute ou enlève une adresse e-mail"),
    keywords.STOP: N_("Arrête tous les SMS"),
    keywords.START: N_("Reprend les SMS"),
    keywords.HELP: N_("Dit ce qu'on peut écrire"),
}
NUMBER: Final = N_("Répond à une question posée par SMS")
NOT_UNDERSTOOD: Final = N_("pas compris")
BROKEN: Final = N_("en panne : voir le journal")
FROM_A_MACHINE: Final = N_("machine ou numéro court : pas de réponse")

# Which text belongs to what, by how its name begins; the first that fits.
_FAMILIES: Final = (
    ("ticket_", N_("Ticket")),
    ("office_", N_("Horaires")),
    ("case_", N_("Dossier")),
    ("mandate_", N_("Accès d'un proche")),
    ("going_", N_("Avant de venir")),
    ("complaint_", N_("Plainte")),
    ("survey", N_("Question")),
    ("data_", N_("Données personnelles")),
    ("bulk", N_("Envoi groupé")),
    ("alert", N_("Alerte")),
    ("screen", N_("Réponse du menu")),
    ("request_", N_("Réponse du menu")),
)
_ANSWER: Final = N_("Réponse à un SMS")


def family(kind: str) -> str:
    name = next((name for start, name in _FAMILIES if kind.startswith(start)), _ANSWER)
    return _(name)


def beginning(kind: str) -> str:
    """How the text begins, in the language of the page; nothing for one that is written anew."""
    return opening(kind, language()) if kind in all_texts() else ""


def reason(code: str | None) -> str:
    """In words; a provider's own words stay as they are."""
    if not code:
        return ""
    return _(REASONS[known]) if (known := code.replace(" ", "").lower()) in REASONS else code


def understood(keyword: str | None, handled: bool) -> str:
    """What an SMS that came in was taken for."""
    if keyword is None:
        return _(FROM_A_MACHINE) if handled else ""
    if keyword == keywords.UNKNOWN:
        return _(NOT_UNDERSTOOD)
    return _(BROKEN) if keyword == "failed" else keyword


def topics() -> Mapping[str, str]:
    return {topic: _(TOPICS[topic]) for topic in states.TOPICS}
