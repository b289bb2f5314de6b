"""What dossiers are called at the console: statuses, events, deeds, states of an SMS."""

from typing import Final

from cases import statuses
from console.cases import offers
from console.desk.words import OUTCOMES as OUTCOMES
from console.speaking import N_
from queues import moves
from sms import states

STATUSES: Final = {
    statuses.RECEIVED: N_("Reçu"),
    statuses.DOCUMENTS_MISSING: N_("À compléter"),
    statuses.IN_PROGRESS: N_("En cours"),
    statuses.DECIDED: N_("Décidé"),
    statuses.READY: N_("Prêt à retirer"),
    statuses.HANDED_OVER: N_("Remis"),
    statuses.REFUSED: N_("Refusé"),
}

EVENTS: Final = {
    "received": N_("Dossier ouvert"),
    "moved": N_("Étape"),
    "document_missing": N_("Papiers demandés"),
    "document_received": N_("Papiers reçus"),
    "decided": N_("Décidé"),
    "ready": N_("Prêt à retirer"),
    "handed_over": N_("Remis"),
    "refused": N_("Refusé"),
    "reopened": N_("Rouvert"),
    "appointment": N_("Rendez-vous"),
    "note": N_("Note"),
    "breached": N_("Délai dépassé"),
    "reminded": N_("Rappel envoyé"),
    "corrected": N_("Corrigé"),
    "erased": N_("Données personnelles effacées"),
}

DEEDS: Final = {
    offers.BROUGHT: N_("Papiers reçus"),
    offers.HAND_OVER: N_("Remettre au titulaire"),
    offers.READY_NOW: N_("Déclarer prêt"),
    offers.MOVE: N_("Passer à une étape"),
    offers.ASK: N_("Demander des papiers"),
    offers.APPOINTMENT: N_("Fixer un rendez-vous"),
    offers.REFUSE: N_("Refuser"),
    offers.REOPEN: N_("Rouvrir"),
    offers.NOTE: N_("Écrire une note"),
    offers.CORRECT: N_("Corriger"),
}

# What somebody did elsewhere, in the access log -> in words.
READ: Final = {
    "dossier.open": N_("a ouvert le dossier"),
    "dossier.elsewhere": N_("a vu l'état depuis un autre bureau"),
    "dossier.phone": N_("a affiché le numéro"),
    "dossier.correct": N_("a corrigé"),
    "dossier.receipt": N_("a imprimé le reçu"),
}
ON_PHONE: Final = {
    "shown": N_("lu au téléphone"),
    "wrong": N_("essai au téléphone, code faux"),
    "locked": N_("essai au téléphone, bloqué"),
}

TICKETS: Final = {
    moves.WAITING: N_("en attente"),
    moves.CALLED: N_("appelé"),
    moves.RECALLED: N_("rappelé"),
    moves.SERVING: N_("au guichet"),
    moves.HELD: N_("mis de côté"),
    moves.DONE: N_("terminé"),
    moves.NO_SHOW: N_("absent"),
    moves.CANCELLED: N_("annulé"),
    moves.TRANSFERRED: N_("transféré"),
    moves.EXPIRED: N_("non servi avant la fermeture"),
}

TOPICS: Final = {
    states.TICKETS: N_("tickets"),
    states.DOSSIERS: N_("dossiers"),
    states.SURVEYS: N_("questions"),
    states.EVERYTHING: N_("tous les SMS"),
}

MESSAGES: Final = {
    states.QUEUED: N_("va partir"),
    states.HELD: N_("retenu"),
    states.LEASED: N_("va partir"),
    states.SENDING: N_("part"),
    states.UNCERTAIN: N_("peut-être parti"),
    states.ACCEPTED: N_("envoyé"),
    states.SENT: N_("envoyé"),
    states.SUBMITTED: N_("envoyé"),
    states.BUFFERED: N_("attend que le téléphone soit allumé"),
    states.EXPIRED: N_("non remis : trop tard"),
    states.OPTED_OUT: N_("non envoyé : la personne n'en veut pas"),
    states.FAILED_TEMPORARY: N_("non remis"),
    states.FAILED_PERMANENT: N_("non remis"),
    states.DELIVERED: N_("remis au téléphone"),
}
