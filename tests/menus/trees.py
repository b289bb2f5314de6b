"""Small trees for the tests, and the actions that they call."""

from gsm.pages import Budget
from locales.catalogues import Translation
from locales.values import PIN, digits, number, text
from menus.actions import ACTIONS, Context, Item, Outcome, action, chosen, source
from menus.compiler import compile_tree
from menus.layouts import Layout
from menus.tree import Tree

LAYOUT = Layout(first=Budget(140, 61), later=Budget(160, 70))

if "test.take" not in ACTIONS:

    @source("test.fruits")
    def fruits(context: Context) -> list[Item]:
        raise NotImplementedError("the engine's tests give the items themselves")

    @action(
        "test.take",
        parameters={"what": chosen("test.fruits")},
        outcomes={"taken": {"count": number(99)}, "none": {}},
    )
    def take(context: Context, what: str) -> Outcome:
        raise NotImplementedError("the engine's tests give the outcomes themselves")

    @action(
        "test.unlock", parameters={"pin": PIN}, outcomes={"right": {"who": text(9)}, "wrong": {}}
    )
    def unlock(context: Context, pin: str) -> Outcome:
        raise NotImplementedError

    @action("test.grow", parameters={"age": digits(3)}, outcomes={"counted": {"count": number(99)}})
    def grow(context: Context, age: str) -> Outcome:
        raise NotImplementedError


SOUND = """\
tree: sound
service_codes: ["*1#"]
languages: [fr, en]
start:
  - {when: first_dial, go: welcome}
  - {go: home}
home: home
screens:
  welcome:
    say: "Bienvenue"
    go: home
  home:
    choose: "Menu"
    options:
      - {say: "Fruits", go: fruits}
      - {say: "Âge", go: age}
      - {say: "Secret", go: pin}
      - {say: "Rouge", set: {colour: rouge}, go: colour}
  fruits:
    choose: "Lequel ?"
    from: {source: test.fruits, as: what, go: take, empty: nothing}
    options:
      - {say: "Aucun", go: home}
  take:
    do: test.take
    with: [what]
    outcomes: {taken: taken, none: nothing}
  taken:
    say: "Pris : {count}"
    end: true
  nothing:
    say: "Rien."
  age:
    ask: "Quel âge ?"
    as: age
    check: digits
    least: 1
    most: 3
    wrong: "Un nombre."
    tries: 2
    otherwise: nothing
    go: old
  old:
    say: "Âge : {age}"
  pin:
    ask: "PIN ?"
    as: pin
    check: pin
    secret: true
    otherwise: nothing
    go: unlock
  unlock:
    do: test.unlock
    with: [pin]
    outcomes: {right: welcome_back, wrong: nothing}
  welcome_back:
    say: "Bonjour {who}"
  colour:
    say: "Couleur : {colour}"
"""


def french(_language: str, _context: str, words: str) -> Translation:
    return Translation(words, "reviewed")


def compiled(source_text: str = SOUND) -> Tree:
    return compile_tree(source_text, french, frozenset(), "test.yaml")
