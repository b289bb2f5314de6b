"""Offices, services, tickets, opening hours. (Not `queue`: that would hide Python's module.)"""
