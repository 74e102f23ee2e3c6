"""Narratives of 450 to 650 characters in five languages, with words to search for."""

from random import Random

# In every entry, in about half of them, in exactly one, and in none.
COMMON, HALF, SINGLE, ABSENT = "Taormina", "INTERPOL", "Kilimanjaro", "Xylophon"
SHORTEST, LONGEST = 450, 650

_SENTENCES = {
    "en": (
        "The ministry completed the review of the national watch list.",
        "Border officers at all major airports now check travel documents online.",
        "A bill on the financing of terrorism was sent to parliament.",
        "Two joint exercises were held with partner services in the region.",
        "Training for prosecutors and judges reached all districts.",
        "The central bank published guidance for banks on suspicious transfers.",
        "A help line for families of people at risk opened in spring.",
        "The number of shared data records rose by a quarter since last year.",
        "Local authorities received funds for prevention projects in schools.",
        "The agreement on the exchange of passenger data came into force.",
    ),
    "fr": (
        "Le ministère a achevé la révision de la liste nationale de surveillance.",
        "Les agents aux frontières vérifient désormais les documents en ligne.",
        "Un projet de loi sur le financement du terrorisme a été déposé.",
        "Deux exercices conjoints ont été menés avec les services partenaires.",
        "La formation des procureurs et des juges couvre tous les départements.",
        "La banque centrale a publié des lignes directrices pour les banques.",
        "Une ligne d'écoute pour les familles a ouvert au printemps.",
        "Le nombre de données partagées a augmenté d'un quart en un an.",
    ),
    "de": (
        "Das Ministerium hat die Überprüfung der nationalen Liste abgeschlossen.",
        "Die Grenzbehörden prüfen Reisedokumente nun an allen Flughäfen online.",
        "Ein Gesetzentwurf zur Terrorismusfinanzierung liegt dem Parlament vor.",
        "Zwei gemeinsame Übungen fanden mit den Partnerdiensten statt.",
        "Die Fortbildung für Staatsanwälte und Richter erreicht alle Länder.",
        "Die Zentralbank veröffentlichte Hinweise zu verdächtigen Überweisungen.",
        "Eine Beratungsstelle für Angehörige wurde im Frühjahr eröffnet.",
        "Die Zahl der geteilten Datensätze stieg gegenüber dem Vorjahr.",
    ),
    "it": (
        "Il ministero ha completato la revisione della lista nazionale.",
        "Gli agenti di frontiera controllano i documenti in rete in ogni aeroporto.",
        "Un disegno di legge sul finanziamento del terrorismo è in parlamento.",
        "Due esercitazioni congiunte si sono svolte con i servizi partner.",
        "La formazione dei procuratori e dei giudici è arrivata in ogni distretto.",
        "La banca centrale ha pubblicato linee guida per le banche.",
        "Una linea telefonica per le famiglie ha aperto in primavera.",
        "Il numero dei dati condivisi è cresciuto di un quarto.",
    ),
    "ja": (
        "所管省庁は国内の監視対象者名簿の見直しを完了した。",
        "主要空港の入国審査官は旅券をオンラインで照会している。",
        "テロ資金供与の防止に関する法案を国会に提出した。",
        "関係機関との合同訓練を地域で二回実施した。",
        "検察官と裁判官の研修を全ての地方で実施した。",
        "中央銀行は疑わしい送金に関する指針を公表した。",
        "家族のための相談窓口を春に開設した。",
        "共有された情報の件数は前年より四分の一増加した。",
    ),
}
_FOLLOW_UP = {
    "en": "This follows the declaration of", "fr": "Cela suit la déclaration de",
    "de": "Dies folgt der Erklärung von", "it": "Ciò segue la dichiarazione di",
    "ja": "次の宣言に基づく。",
}  # fmt: skip
_DATABASES = {
    "en": "The databases of INTERPOL are used.",
    "ja": "INTERPOLのデータベースを利用する。",
    "fr": "Les bases de données d'INTERPOL sont consultées.",
    "de": "Die Datenbanken von INTERPOL werden genutzt.",
    "it": "Si usano le banche dati di INTERPOL.",
}  # fmt: skip
_POOL = 200  # bodies of each language


class Texts:
    """The texts of entries. No two narratives are equal: each ends with its number."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._number = 0
        self._bodies = {
            language: [self._body(language) for _ in range(_POOL)]
            for language in _SENTENCES
        }

    def _body(self, language: str) -> str:
        """Return sentences that leave room for the words to search for."""
        sentences, body = _SENTENCES[language], ""
        wanted = self._random.randint(SHORTEST, LONGEST - 150)
        while len(body) < wanted:
            sentence = self._random.choice(sentences)
            mark = "\n\n" if self._random.random() < 0.15 else " "
            body = f"{body}{mark}{sentence}" if body else sentence
        return body[: LONGEST - 150]

    def narrative(self, language: str) -> str:
        self._number += 1
        random = self._random.random()
        body = self._bodies[language][int(random * _POOL)]
        half = f" {_DATABASES[language]}" if self._number % 2 else ""
        single = f" {SINGLE}." if self._number == 1 else ""
        return (
            f"{body}{half}{single} {_FOLLOW_UP[language]} {COMMON}, {self._number:07d}."
        )

    def short(self, language: str, sentences: int) -> str:
        return " ".join(
            self._random.choice(_SENTENCES[language]) for _ in range(sentences)
        )
