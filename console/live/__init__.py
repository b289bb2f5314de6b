"""How everything does now: the queues of each office, SMS, USSD; where people leave the menus."""
