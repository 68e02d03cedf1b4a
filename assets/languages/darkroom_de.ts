<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
  <context>
    <name>Darkroom</name>
    <message>
      <source> %1 of it is there already.</source>
      <translation> %1 davon sind schon da.</translation>
    </message>
    <message>
      <source> (95 % sure: %1 to %2)</source>
      <translation> (zu 95 % sicher: %1 bis %2)</translation>
    </message>
    <message>
      <source> (and %d more that could not be looked at)</source>
      <translation> (und %d weitere, die nicht durchgesehen werden konnten)</translation>
    </message>
    <message>
      <source> It goes to %1.</source>
      <translation> Es kommt nach %1.</translation>
    </message>
    <message>
      <source> and %1 to load</source>
      <translation> und %1 zum Laden</translation>
    </message>
    <message>
      <source> frames a second</source>
      <translation> Bilder je Sekunde</translation>
    </message>
    <message>
      <source> pixels</source>
      <translation> Pixel</translation>
    </message>
    <message>
      <source>%1 %2 · at most %3 questions · what they are of stays hidden until the end</source>
      <translation>%1 %2 · höchstens %3 Fragen · was dahintersteckt, bleibt bis zum Ende verborgen</translation>
    </message>
    <message>
      <source>%1 %2; less is likelier.</source>
      <translation>%1 %2; weniger ist wahrscheinlicher.</translation>
    </message>
    <message>
      <source>%1 %2; more fits better.</source>
      <translation>%1 %2; mehr passt besser.</translation>
    </message>
    <message>
      <source>%1 GB</source>
      <translation>%1 GB</translation>
    </message>
    <message>
      <source>%1 MB</source>
      <translation>%1 MB</translation>
    </message>
    <message>
      <source>%1 against %2</source>
      <translation>%1 gegen %2</translation>
    </message>
    <message>
      <source>%1 against network evaluations for one result</source>
      <translation>%1 gegen Netzauswertungen je Ergebnis</translation>
    </message>
    <message>
      <source>%1 against seconds for one result</source>
      <translation>%1 gegen Sekunden je Ergebnis</translation>
    </message>
    <message>
      <source>%1 and %2 can hardly be told apart: %1 is preferred %3.</source>
      <translation>%1 und %2 sind kaum zu unterscheiden: %1 wird %3 vorgezogen.</translation>
    </message>
    <message>
      <source>%1 and more</source>
      <translation>%1 und mehr</translation>
    </message>
    <message>
      <source>%1 answered, at most %2 left</source>
      <translation>%1 beantwortet, höchstens noch %2</translation>
    </message>
    <message>
      <source>%1 bars</source>
      <translation>%1 Takte</translation>
    </message>
    <message>
      <source>%1 branches</source>
      <translation>%1 Zweige</translation>
    </message>
    <message>
      <source>%1 came the farthest of %2: %3 of %4 people were left with it.</source>
      <translation>%1 kam von %2 am weitesten: Bei %3 von %4 Personen blieb es übrig.</translation>
    </message>
    <message>
      <source>%1 cannot be opened yet: %2.</source>
      <translation>%1 kann noch nicht geöffnet werden: %2.</translation>
    </message>
    <message>
      <source>%1 cells are still to be measured.</source>
      <translation>%1 Zellen sind noch zu messen.</translation>
    </message>
    <message>
      <source>%1 cells of %2 results</source>
      <translation>%1 Zellen zu %2 Ergebnissen</translation>
    </message>
    <message>
      <source>%1 changes only %2 to %3 s now.</source>
      <translation>%1 ändert jetzt nur %2 bis %3 s.</translation>
    </message>
    <message>
      <source>%1 clip(s) could not be pasted: their track or their media is not in this project.</source>
      <translation>%1 Clip(s) konnten nicht eingefügt werden: Ihre Spur oder ihre Medien gibt es in diesem Projekt nicht.</translation>
    </message>
    <message>
      <source>%1 clips</source>
      <translation>%1 Clips</translation>
    </message>
    <message>
      <source>%1 clips selected</source>
      <translation>%1 Clips ausgewählt</translation>
    </message>
    <message>
      <source>%1 controls %2 now.</source>
      <translation>%1 steuert jetzt %2.</translation>
    </message>
    <message>
      <source>%1 could not be</source>
      <translation>%1 gelangen nicht</translation>
    </message>
    <message>
      <source>%1 deviations apart</source>
      <translation>%1 Abweichungen auseinander</translation>
    </message>
    <message>
      <source>%1 explains %2 %</source>
      <translation>erklärt %1 %2 %</translation>
    </message>
    <message>
      <source>%1 h %2 min</source>
      <translation>%1 h %2 min</translation>
    </message>
    <message>
      <source>%1 has %2 stars in the mean</source>
      <translation>%1 hat im Mittel %2 Sterne</translation>
    </message>
    <message>
      <source>%1 has answered %2</source>
      <translation>%1 hat %2 beantwortet</translation>
    </message>
    <message>
      <source>%1 has finished</source>
      <translation>%1 ist fertig</translation>
    </message>
    <message>
      <source>%1 in all, %2 opened</source>
      <translation>%1 insgesamt, %2 geöffnet</translation>
    </message>
    <message>
      <source>%1 is as good within the error (%2) and cheaper%3.</source>
      <translation>%1 ist im Rahmen des Fehlers ebenso gut (%2) und billiger%3.</translation>
    </message>
    <message>
      <source>%1 is no metre: write it as 3/4.</source>
      <translation>%1 ist kein Takt: Schreiben Sie ihn wie 3/4.</translation>
    </message>
    <message>
      <source>%1 is not opened by itself (%2): it is a part that models need.</source>
      <translation>%1 wird nicht für sich geöffnet (%2): es ist ein Teil, den Modelle brauchen.</translation>
    </message>
    <message>
      <source>%1 is not what %2 needs; give it another kind of file (%3).</source>
      <translation>%1 passt nicht zu %2; bitte eine andere Art von Datei nehmen (%3).</translation>
    </message>
    <message>
      <source>%1 is preferred to %2, %3.</source>
      <translation>%1 wird gegenüber %2 vorgezogen, %3.</translation>
    </message>
    <message>
      <source>%1 is preferred to every other; to the nearest, %2, %3.</source>
      <translation>%1 wird allen anderen vorgezogen; gegenüber der nächsten, %2, %3.</translation>
    </message>
    <message>
      <source>%1 keys, %2 chosen</source>
      <translation>%1 Punkte, %2 gewählt</translation>
    </message>
    <message>
      <source>%1 left</source>
      <translation>noch %1</translation>
    </message>
    <message>
      <source>%1 min</source>
      <translation>%1 min</translation>
    </message>
    <message>
      <source>%1 notes, %2 bars</source>
      <translation>%1 Noten, %2 Takte</translation>
    </message>
    <message>
      <source>%1 of %2</source>
      <translation>%1 von %2</translation>
    </message>
    <message>
      <source>%1 of %2 are made</source>
      <translation>%1 von %2 sind gemacht</translation>
    </message>
    <message>
      <source>%1 of %2 cells are measured</source>
      <translation>%1 von %2 Zellen sind gemessen</translation>
    </message>
    <message>
      <source>%1 of %2 shown</source>
      <translation>%1 von %2 gezeigt</translation>
    </message>
    <message>
      <source>%1 of %2 tokens</source>
      <translation>%1 von %2 Token</translation>
    </message>
    <message>
      <source>%1 of point %2</source>
      <translation>%1 von Punkt %2</translation>
    </message>
    <message>
      <source>%1 of them are there</source>
      <translation>%1 davon sind da</translation>
    </message>
    <message>
      <source>%1 over the steps</source>
      <translation>%1 über die Schritte</translation>
    </message>
    <message>
      <source>%1 results</source>
      <translation>%1 Ergebnisse</translation>
    </message>
    <message>
      <source>%1 results deleted</source>
      <translation>%1 Ergebnisse gelöscht</translation>
    </message>
    <message>
      <source>%1 results of the history</source>
      <translation>%1 Ergebnisse aus dem Verlauf</translation>
    </message>
    <message>
      <source>%1 running</source>
      <translation>%1 läuft</translation>
    </message>
    <message>
      <source>%1 s</source>
      <translation>%1 s</translation>
    </message>
    <message>
      <source>%1 s left</source>
      <translation>noch %1 s</translation>
    </message>
    <message>
      <source>%1 steps in %2 s</source>
      <translation>%1 Schritte in %2 s</translation>
    </message>
    <message>
      <source>%1 to %2</source>
      <translation>%1 bis %2</translation>
    </message>
    <message>
      <source>%1 track</source>
      <translation>%1-Spur</translation>
    </message>
    <message>
      <source>%1 waiting</source>
      <translation>%1 warten</translation>
    </message>
    <message>
      <source>%1 was left of %2. A knock-out finds a favourite; how sure it is it does not say.</source>
      <translation>%1 blieb von %2 übrig. K.-o.-Runden finden einen Favoriten; wie sicher das ist, sagen sie nicht.</translation>
    </message>
    <message>
      <source>%1, bar %2, beat %3, velocity %4</source>
      <translation>%1, Takt %2, Schlag %3, Anschlag %4</translation>
    </message>
    <message>
      <source>%1, slow at both ends</source>
      <translation>%1, an beiden Enden langsam</translation>
    </message>
    <message>
      <source>%1, slow to begin</source>
      <translation>%1, langsam am Anfang</translation>
    </message>
    <message>
      <source>%1, slow to end</source>
      <translation>%1, langsam am Ende</translation>
    </message>
    <message>
      <source>%1: %2 answers</source>
      <translation>%1: %2 Antworten</translation>
    </message>
    <message>
      <source>%1: %2 at %3</source>
      <translation>%1: %2 bei %3</translation>
    </message>
    <message>
      <source>%1: %2 in %3 files, licence %4.</source>
      <translation>%1: %2 in %3 Dateien, Lizenz %4.</translation>
    </message>
    <message>
      <source>%1: %2 of %3</source>
      <translation>%1: %2 von %3</translation>
    </message>
    <message>
      <source>%1: the next one</source>
      <translation>%1: die nächste</translation>
    </message>
    <message>
      <source>%2 starts from it now.</source>
      <translation>%2 beginnt jetzt damit.</translation>
    </message>
    <message>
      <source>%d job(s) that were interrupted go on now.</source>
      <translation>%d unterbrochene(r) Auftrag/Aufträge gehen jetzt weiter.</translation>
    </message>
    <message numerus="yes">
      <source>%n waiting</source>
      <translation>
        <numerusform>%n wartet</numerusform>
        <numerusform>%n warten</numerusform>
      </translation>
    </message>
    <message>
      <source>%s can be added now.</source>
      <translation>%s kann jetzt hinzugefügt werden.</translation>
    </message>
    <message>
      <source>%s carries no recipe; only the file itself is shown.</source>
      <translation>%s trägt kein Rezept; nur die Datei selbst wird gezeigt.</translation>
    </message>
    <message>
      <source>%s compares: choose what with.</source>
      <translation>%s vergleicht: bitte wählen, womit.</translation>
    </message>
    <message>
      <source>%s does not make what %s measures.</source>
      <translation>%s erzeugt nicht, was %s misst.</translation>
    </message>
    <message>
      <source>%s is kept; no model opened so far fits it.</source>
      <translation>%s ist gemerkt; noch passt kein geöffnetes Modell dazu.</translation>
    </message>
    <message>
      <source>%s is no folder; choose a folder that holds models.</source>
      <translation>%s ist kein Ordner; bitte einen Ordner mit Modellen wählen.</translation>
    </message>
    <message>
      <source>%s is ready.</source>
      <translation>%s ist bereit.</translation>
    </message>
    <message>
      <source>&amp;Edit</source>
      <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
      <source>&amp;File</source>
      <translation>&amp;Datei</translation>
    </message>
    <message>
      <source>&amp;Help</source>
      <translation>&amp;Hilfe</translation>
    </message>
    <message>
      <source>&amp;Project</source>
      <translation>&amp;Projekt</translation>
    </message>
    <message>
      <source>&amp;Run</source>
      <translation>&amp;Lauf</translation>
    </message>
    <message>
      <source>&amp;Timeline</source>
      <translation>&amp;Zeitachse</translation>
    </message>
    <message>
      <source>&amp;View</source>
      <translation>&amp;Ansicht</translation>
    </message>
    <message>
      <source>(%1 answers of %2 people.)</source>
      <translation>(%1 Antworten von %2 Personen.)</translation>
    </message>
    <message>
      <source>(%1 answers of one person.)</source>
      <translation>(%1 Antworten von einer Person.)</translation>
    </message>
    <message>
      <source>(empty)</source>
      <translation>(leer)</translation>
    </message>
    <message>
      <source>(no prompt)</source>
      <translation>(ohne Prompt)</translation>
    </message>
    <message>
      <source>, %1 %2.</source>
      <translation>, %1 %2.</translation>
    </message>
    <message>
      <source>, %1 %2: none is surely the best.</source>
      <translation>, %1 %2: Keine Einstellung ist sicher die beste.</translation>
    </message>
    <message>
      <source>, %1 s left</source>
      <translation>, noch %1 s</translation>
    </message>
    <message>
      <source>, paused</source>
      <translation>, angehalten</translation>
    </message>
    <message>
      <source>1</source>
      <translation>1</translation>
    </message>
    <message>
      <source>1 bar</source>
      <translation>1 Takt</translation>
    </message>
    <message>
      <source>1 branch</source>
      <translation>1 Zweig</translation>
    </message>
    <message>
      <source>1 is better</source>
      <translation>1 ist besser</translation>
    </message>
    <message>
      <source>1 result</source>
      <translation>1 Ergebnis</translation>
    </message>
    <message>
      <source>128</source>
      <translation>128</translation>
    </message>
    <message>
      <source>16</source>
      <translation>16</translation>
    </message>
    <message>
      <source>16 bits</source>
      <translation>16 Bit</translation>
    </message>
    <message>
      <source>2 is better</source>
      <translation>2 ist besser</translation>
    </message>
    <message>
      <source>2/4</source>
      <translation>2/4</translation>
    </message>
    <message>
      <source>24 bits</source>
      <translation>24 Bit</translation>
    </message>
    <message>
      <source>24 bits, half as large, exact to the sample. </source>
      <translation>24 Bit, halb so groß, auf den Abtastwert genau. </translation>
    </message>
    <message>
      <source>256 colours, repeats for ever, no sound.</source>
      <translation>256 Farben, läuft endlos, kein Ton.</translation>
    </message>
    <message>
      <source>256 colours, repeats for ever. </source>
      <translation>256 Farben, wiederholt sich endlos. </translation>
    </message>
    <message>
      <source>3/4</source>
      <translation>3/4</translation>
    </message>
    <message>
      <source>32</source>
      <translation>32</translation>
    </message>
    <message>
      <source>32-bit floats</source>
      <translation>32-Bit-Gleitkomma</translation>
    </message>
    <message>
      <source>32-bit floats, nothing is lost. </source>
      <translation>32-Bit-Gleitkomma, nichts geht verloren. </translation>
    </message>
    <message>
      <source>3D</source>
      <translation>3D</translation>
    </message>
    <message>
      <source>3x3</source>
      <translation>3x3</translation>
    </message>
    <message>
      <source>3x3 while it develops</source>
      <translation>3x3, während es entsteht</translation>
    </message>
    <message>
      <source>4</source>
      <translation>4</translation>
    </message>
    <message>
      <source>4/4</source>
      <translation>4/4</translation>
    </message>
    <message>
      <source>5, 7, 9 or 5..9 step 1</source>
      <translation>5, 7, 9 oder 5..9 step 1</translation>
    </message>
    <message>
      <source>6/8</source>
      <translation>6/8</translation>
    </message>
    <message>
      <source>64</source>
      <translation>64</translation>
    </message>
    <message>
      <source>9</source>
      <translation>9</translation>
    </message>
    <message>
      <source>9/8</source>
      <translation>9/8</translation>
    </message>
    <message>
      <source>: the underlined part is not read</source>
      <translation>: das Unterstrichene wird nicht gelesen</translation>
    </message>
    <message>
      <source>A</source>
      <translation>A</translation>
    </message>
    <message>
      <source>A click on a point shows that step on the stage.</source>
      <translation>Ein Klick auf einen Punkt zeigt den Schritt auf der Bühne.</translation>
    </message>
    <message>
      <source>A clip from one picture to another, or from a clip's end: things move over, no model needed.</source>
      <translation>Ein Clip von einem Bild zum anderen oder vom Ende eines Clips aus: Dinge wandern hinüber, ganz ohne Modell.</translation>
    </message>
    <message>
      <source>A clip of colour maps each frame keeps to, where the image engine can.</source>
      <translation>Ein Clip von Farbkarten, an die sich jedes Bild hält, wo die Bild-Engine es kann.</translation>
    </message>
    <message>
      <source>A clip of depth maps each frame keeps to, where the image engine can.</source>
      <translation>Ein Clip von Tiefenkarten, an die sich jedes Bild hält, wo die Bild-Engine es kann.</translation>
    </message>
    <message>
      <source>A clip of edges maps each frame keeps to, where the image engine can.</source>
      <translation>Ein Clip von Kantenkarten, an die sich jedes Bild hält, wo die Bild-Engine es kann.</translation>
    </message>
    <message>
      <source>A clip of layout maps each frame keeps to, where the image engine can.</source>
      <translation>Ein Clip von Flächenkarten, an die sich jedes Bild hält, wo die Bild-Engine es kann.</translation>
    </message>
    <message>
      <source>A clip of scribble maps each frame keeps to, where the image engine can.</source>
      <translation>Ein Clip von Kritzelkarten, an die sich jedes Bild hält, wo die Bild-Engine es kann.</translation>
    </message>
    <message>
      <source>A clip that stands still is perfect.</source>
      <translation>Ein Clip, der stillsteht, ist vollkommen.</translation>
    </message>
    <message>
      <source>A closed surface may still cut through itself.</source>
      <translation>Auch eine geschlossene Oberfläche kann sich selbst durchdringen.</translation>
    </message>
    <message>
      <source>A dark to a light background.</source>
      <translation>Von dunklem zu hellem Hintergrund.</translation>
    </message>
    <message>
      <source>A depth map, near is light: a view of a mesh; or a picture's silhouette, blown up like a balloon.</source>
      <translation>Eine Tiefenkarte, nah ist hell: eine Ansicht eines Körpers; oder der Schattenriss eines Bildes, aufgeblasen wie ein Ballon.</translation>
    </message>
    <message>
      <source>A face of the seed (or near the start), the start rebuilt, A blended into B, or a square of blends.</source>
      <translation>Ein Gesicht aus dem Seed (oder nahe am Start), der Start nachgebildet, A in B überblendet oder ein Quadrat von Überblendungen.</translation>
    </message>
    <message>
      <source>A family of this system, or a font file</source>
      <translation>Eine Schriftfamilie dieses Systems oder eine Schriftdatei</translation>
    </message>
    <message>
      <source>A file for each track that sounds.</source>
      <translation>Eine Datei für jede Spur, die klingt.</translation>
    </message>
    <message>
      <source>A folder of files</source>
      <translation>Ein Ordner mit Dateien</translation>
    </message>
    <message>
      <source>A folder …</source>
      <translation>Ein Ordner …</translation>
    </message>
    <message>
      <source>A grid is a sheet of pictures or clips; %s makes neither.</source>
      <translation>Ein Raster ist ein Bogen von Bildern oder Clips; %s macht keins von beiden.</translation>
    </message>
    <message>
      <source>A job is running. It goes on where it was when Darkroom is started again.</source>
      <translation>Ein Auftrag läuft. Er geht beim nächsten Start von Darkroom dort weiter, wo er war.</translation>
    </message>
    <message>
      <source>A job of the queue needs this model; let it end, or remove it first.</source>
      <translation>Ein Auftrag der Warteschlange braucht dieses Modell; bitte sein Ende abwarten oder ihn erst entfernen.</translation>
    </message>
    <message>
      <source>A likely picture is not a good one (flat ones are likeliest); figures of two models are not comparable.</source>
      <translation>Ein wahrscheinliches Bild ist noch kein gutes (am wahrscheinlichsten sind flächige); Werte zweier Modelle sind nicht vergleichbar.</translation>
    </message>
    <message>
      <source>A likely sound is not a good one (silence is likeliest); figures of two models are not comparable.</source>
      <translation>Ein wahrscheinlicher Klang ist noch kein guter (am wahrscheinlichsten ist Stille); Werte zweier Modelle sind nicht vergleichbar.</translation>
    </message>
    <message>
      <source>A little back or on</source>
      <translation>Ein wenig zurück oder vor</translation>
    </message>
    <message>
      <source>A model of yours that begins with a picture can draw the new detail.</source>
      <translation>Eines deiner Modelle, das mit einem Bild beginnt, kann die neuen Einzelheiten zeichnen.</translation>
    </message>
    <message>
      <source>A model that is not used for so long gives its memory back; 0: never.</source>
      <translation>Ein Modell, das so lange nicht gebraucht wird, gibt seinen Speicher zurück; 0: nie.</translation>
    </message>
    <message>
      <source>A network that sharpens</source>
      <translation>Ein Netz, das schärft</translation>
    </message>
    <message>
      <source>A path goes between two results of one engine; choose two of one.</source>
      <translation>Ein Weg führt zwischen zwei Ergebnissen derselben Engine; bitte zwei von einer wählen.</translation>
    </message>
    <message>
      <source>A picture for each frame, without loss.</source>
      <translation>Ein Bild für jedes Einzelbild, ohne Verlust.</translation>
    </message>
    <message>
      <source>A picture for each frame, without loss. </source>
      <translation>Ein Bild je Einzelbild, verlustfrei. </translation>
    </message>
    <message>
      <source>A picture, a sound, a clip or a mesh</source>
      <translation>Ein Bild, ein Klang, ein Clip oder ein Netz</translation>
    </message>
    <message>
      <source>A rating set, or a folder of results to rate</source>
      <translation>Ein Bewertungssatz oder ein Ordner mit Ergebnissen zum Bewerten</translation>
    </message>
    <message>
      <source>A real drum or a machine's.</source>
      <translation>Eine echte Trommel oder die einer Maschine.</translation>
    </message>
    <message>
      <source>A rough sketch with a thick pen: what is where, and its outline.</source>
      <translation>Eine grobe Skizze mit dickem Stift: was wo ist, und sein Umriss.</translation>
    </message>
    <message>
      <source>A sad or serious mouth to a smile.</source>
      <translation>Von traurigem oder ernstem Mund zum Lächeln.</translation>
    </message>
    <message>
      <source>A shift by a pixel costs more than a blur.</source>
      <translation>Um ein Pixel verschoben kostet mehr als Unschärfe.</translation>
    </message>
    <message>
      <source>A sky and a key light; polished clay, whatever the colours; or the bare colours.</source>
      <translation>Himmel und Führungslicht; polierter Ton, ungeachtet der Farben; oder die bloßen Farben.</translation>
    </message>
    <message>
      <source>A small distance may be a copy, or a plain subject; look at the pairs.</source>
      <translation>Ein kleiner Abstand kann eine Kopie sein oder ein schlichtes Motiv; bitte die Paare ansehen.</translation>
    </message>
    <message>
      <source>A space of drawn faces: sample, rebuild your own, blend two, compare in a grid, slide attributes.</source>
      <translation>Ein Raum gezeichneter Gesichter: ziehen, eigene nachbilden, zwei überblenden, im Raster vergleichen, Merkmale schieben.</translation>
    </message>
    <message>
      <source>A stroke</source>
      <translation>Ein Schlag</translation>
    </message>
    <message>
      <source>A studio for generative media: watch it develop, keep every step, branch from any of them.</source>
      <translation>Ein Studio für generative Medien: beim Entwickeln zusehen, jeden Schritt behalten, von jedem abzweigen.</translation>
    </message>
    <message>
      <source>A to P play the notes from C on, Z and X move an octave down and up; the mouse plays too.</source>
      <translation>A bis P spielen die Töne ab C, Z und X wechseln eine Oktave tiefer und höher; auch die Maus spielt.</translation>
    </message>
    <message>
      <source>ACROSS</source>
      <translation>WAAGERECHT</translation>
    </message>
    <message>
      <source>Ab</source>
      <translation>As</translation>
    </message>
    <message>
      <source>About %1</source>
      <translation>Etwa %1</translation>
    </message>
    <message>
      <source>About Darkroom</source>
      <translation>Über Darkroom</translation>
    </message>
    <message>
      <source>Accessory</source>
      <translation>Beiwerk</translation>
    </message>
    <message>
      <source>Accompaniment</source>
      <translation>Begleitung</translation>
    </message>
    <message>
      <source>Accordion</source>
      <translation>Akkordeon</translation>
    </message>
    <message>
      <source>Acoustic</source>
      <translation>Akustisch</translation>
    </message>
    <message>
      <source>Actual size</source>
      <translation>Originalgröße</translation>
    </message>
    <message>
      <source>Adapter: %1</source>
      <translation>Adapter: %1</translation>
    </message>
    <message>
      <source>Add</source>
      <translation>Hinzufügen</translation>
    </message>
    <message>
      <source>Add a curve</source>
      <translation>Kurve hinzufügen</translation>
    </message>
    <message>
      <source>Add a figure</source>
      <translation>Figur hinzufügen</translation>
    </message>
    <message>
      <source>Add a folder of engines</source>
      <translation>Ordner mit Maschinen hinzufügen</translation>
    </message>
    <message>
      <source>Add a folder of models</source>
      <translation>Ordner mit Modellen hinzufügen</translation>
    </message>
    <message>
      <source>Add a folder of models …</source>
      <translation>Ordner mit Modellen hinzufügen …</translation>
    </message>
    <message>
      <source>Add a folder …</source>
      <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
      <source>Add a key</source>
      <translation>Punkt hinzufügen</translation>
    </message>
    <message>
      <source>Add a key to a curve</source>
      <translation>Der Kurve einen Punkt hinzufügen</translation>
    </message>
    <message>
      <source>Add a lane</source>
      <translation>Kurvenspur hinzufügen</translation>
    </message>
    <message>
      <source>Add a marker</source>
      <translation>Marke hinzufügen</translation>
    </message>
    <message>
      <source>Add a marker here</source>
      <translation>Hier eine Marke setzen</translation>
    </message>
    <message>
      <source>Add a region</source>
      <translation>Bereich hinzufügen</translation>
    </message>
    <message>
      <source>Add a track above</source>
      <translation>Spur darüber hinzufügen</translation>
    </message>
    <message>
      <source>Add a track or a clip</source>
      <translation>Spur oder Clip hinzufügen</translation>
    </message>
    <message>
      <source>Add clip</source>
      <translation>Clip hinzufügen</translation>
    </message>
    <message>
      <source>Add clips</source>
      <translation>Clips hinzufügen</translation>
    </message>
    <message>
      <source>Add curve</source>
      <translation>Kurve hinzufügen</translation>
    </message>
    <message>
      <source>Add favourite</source>
      <translation>Zu Favoriten</translation>
    </message>
    <message>
      <source>Add files</source>
      <translation>Dateien hinzufügen</translation>
    </message>
    <message>
      <source>Add key</source>
      <translation>Punkt hinzufügen</translation>
    </message>
    <message>
      <source>Add marker</source>
      <translation>Marke hinzufügen</translation>
    </message>
    <message>
      <source>Add or remove a curve point</source>
      <translation>Kurvenpunkt hinzufügen oder entfernen</translation>
    </message>
    <message>
      <source>Add point</source>
      <translation>Punkt hinzufügen</translation>
    </message>
    <message>
      <source>Add this to the prompt</source>
      <translation>Zum Prompt hinzufügen</translation>
    </message>
    <message>
      <source>Add this to the prompt; with Shift to the negative prompt</source>
      <translation>An den Prompt anfügen; mit Umschalt an den negativen Prompt</translation>
    </message>
    <message>
      <source>Add to queue</source>
      <translation>In die Warteschlange</translation>
    </message>
    <message>
      <source>Add track</source>
      <translation>Spur hinzufügen</translation>
    </message>
    <message>
      <source>Add votes that came back</source>
      <translation>Eingegangene Stimmen hinzufügen</translation>
    </message>
    <message>
      <source>Add votes that came back …</source>
      <translation>Eingegangene Stimmen hinzufügen …</translation>
    </message>
    <message>
      <source>Add what is measured</source>
      <translation>Was gemessen wird</translation>
    </message>
    <message>
      <source>Added</source>
      <translation>Addiert</translation>
    </message>
    <message>
      <source>Afro bun</source>
      <translation>Afro-Dutt</translation>
    </message>
    <message>
      <source>Against exaggeration at high guidance.</source>
      <translation>Gegen Übertreibung bei starker Führung.</translation>
    </message>
    <message>
      <source>Against over-bright pictures at high guidance.</source>
      <translation>Gegen zu grelle Bilder bei hoher Führung.</translation>
    </message>
    <message>
      <source>Against over-strong shapes at high guidance.</source>
      <translation>Gegen übertriebene Formen bei hoher Führung.</translation>
    </message>
    <message>
      <source>Agreement of the raters (Krippendorff's alpha, 1 all agree, 0 as chance): %1</source>
      <translation>Übereinstimmung der Bewertenden (Krippendorffs Alpha, 1: alle einig, 0: wie Zufall): %1</translation>
    </message>
    <message>
      <source>Agreement with notes and tempo asked for</source>
      <translation>Treue zu verlangten Noten und Tempo</translation>
    </message>
    <message>
      <source>Agreement with the key asked for</source>
      <translation>Treue zur verlangten Tonart</translation>
    </message>
    <message>
      <source>Air</source>
      <translation>Air</translation>
    </message>
    <message>
      <source>AlexNet, as the paper reports</source>
      <translation>AlexNet, wie in der Veröffentlichung</translation>
    </message>
    <message>
      <source>Align</source>
      <translation>Ausrichten</translation>
    </message>
    <message>
      <source>Align the title</source>
      <translation>Titel ausrichten</translation>
    </message>
    <message>
      <source>Alike</source>
      <translation>Gleich gut</translation>
    </message>
    <message>
      <source>All done</source>
      <translation>Alles fertig</translation>
    </message>
    <message>
      <source>All files</source>
      <translation>Alle Dateien</translation>
    </message>
    <message>
      <source>All media</source>
      <translation>Alle Medien</translation>
    </message>
    <message>
      <source>All notes, with tempos, metres and markers.</source>
      <translation>Alle Noten, mit Tempi, Takten und Marken.</translation>
    </message>
    <message>
      <source>All of it</source>
      <translation>Alles davon</translation>
    </message>
    <message>
      <source>Along the arc</source>
      <translation>Am Bogen entlang</translation>
    </message>
    <message>
      <source>Alt+drag takes its notes out as a MIDI file, with Shift what it sounds like</source>
      <translation>Alt+Ziehen nimmt die Noten als MIDI-Datei heraus, mit Umschalt, wie sie klingt</translation>
    </message>
    <message>
      <source>Alt+drag takes its sound out as a file</source>
      <translation>Alt+Ziehen nimmt den Ton als Datei heraus</translation>
    </message>
    <message>
      <source>Alt, drag</source>
      <translation>Alt, ziehen</translation>
    </message>
    <message>
      <source>Amplitude</source>
      <translation>Ausschlag</translation>
    </message>
    <message>
      <source>An empty folder for the set</source>
      <translation>Ein leerer Ordner für den Satz</translation>
    </message>
    <message>
      <source>An example</source>
      <translation>Ein Beispiel</translation>
    </message>
    <message>
      <source>Ancestral</source>
      <translation>Ancestral</translation>
    </message>
    <message>
      <source>Angry</source>
      <translation>Wütend</translation>
    </message>
    <message>
      <source>Animate</source>
      <translation>Animieren</translation>
    </message>
    <message>
      <source>Animated, can be clear, no sound.</source>
      <translation>Bewegt, kann durchsichtig sein, kein Ton.</translation>
    </message>
    <message>
      <source>Animated, with transparency. </source>
      <translation>Bewegt, mit Transparenz. </translation>
    </message>
    <message>
      <source>Another figure</source>
      <translation>Noch eine Figur</translation>
    </message>
    <message>
      <source>Another parameter</source>
      <translation>Noch ein Parameter</translation>
    </message>
    <message>
      <source>Another program had changed the project too; its state is kept as %s.</source>
      <translation>Auch ein anderes Programm hatte das Projekt geändert; sein Stand ist als %s aufbewahrt.</translation>
    </message>
    <message>
      <source>Another program has changed the project; undo brings back what it was.</source>
      <translation>Ein anderes Programm hat das Projekt geändert; Rückgängig bringt den alten Stand zurück.</translation>
    </message>
    <message>
      <source>Another seed</source>
      <translation>Anderer Seed</translation>
    </message>
    <message>
      <source>Another side</source>
      <translation>Noch eine Seite</translation>
    </message>
    <message>
      <source>Another size</source>
      <translation>Andere Größe</translation>
    </message>
    <message>
      <source>Another take</source>
      <translation>Noch eine Fassung</translation>
    </message>
    <message>
      <source>Any</source>
      <translation>Beliebig</translation>
    </message>
    <message>
      <source>Any number of stars</source>
      <translation>Beliebig viele Sterne</translation>
    </message>
    <message>
      <source>Apply</source>
      <translation>Anwenden</translation>
    </message>
    <message>
      <source>Apply the settings to the job</source>
      <translation>Einstellungen auf den Auftrag anwenden</translation>
    </message>
    <message>
      <source>Arc</source>
      <translation>Bogen</translation>
    </message>
    <message>
      <source>Arrange for making</source>
      <translation>Zum Erzeugen anordnen</translation>
    </message>
    <message>
      <source>Arrange for the timeline</source>
      <translation>Für die Zeitachse anordnen</translation>
    </message>
    <message>
      <source>Arrow keys orbit, with Shift they pan, with Alt they turn the light; 1, 3 and 7 look along an axis.</source>
      <translation>Pfeiltasten umkreisen, mit Umschalt verschieben sie, mit Alt drehen sie das Licht; 1, 3 und 7 blicken entlang einer Achse.</translation>
    </message>
    <message>
      <source>As JSON …</source>
      <translation>Als JSON …</translation>
    </message>
    <message>
      <source>As a table (CSV) …</source>
      <translation>Als Tabelle (CSV) …</translation>
    </message>
    <message>
      <source>As control of %1: %2</source>
      <translation>Als Steuerung von %1: %2</translation>
    </message>
    <message>
      <source>As fast as it can</source>
      <translation>So schnell es geht</translation>
    </message>
    <message>
      <source>As it is mixed</source>
      <translation>Wie es gemischt ist</translation>
    </message>
    <message>
      <source>As it was made</source>
      <translation>Wie es erzeugt wurde</translation>
    </message>
    <message>
      <source>As made</source>
      <translation>Wie gemacht</translation>
    </message>
    <message>
      <source>As played</source>
      <translation>Wie gespielt</translation>
    </message>
    <message>
      <source>As prompted</source>
      <translation>Wie im Prompt</translation>
    </message>
    <message>
      <source>As start in %1</source>
      <translation>Als Start in %1</translation>
    </message>
    <message>
      <source>As the picture</source>
      <translation>Wie das Bild</translation>
    </message>
    <message>
      <source>As the system</source>
      <translation>Wie das System</translation>
    </message>
    <message>
      <source>As they are</source>
      <translation>Wie sie sind</translation>
    </message>
    <message>
      <source>Ask</source>
      <translation>Fragen</translation>
    </message>
    <message>
      <source>Ask before quitting while a job runs</source>
      <translation>Vor dem Beenden fragen, solange ein Auftrag läuft</translation>
    </message>
    <message>
      <source>Asking the hub …</source>
      <translation>Der Hub wird gefragt …</translation>
    </message>
    <message>
      <source>At most %1 questions. The results may be sent to others: nothing in the set says which is which.</source>
      <translation>Höchstens %1 Fragen. Die Ergebnisse dürfen an andere gehen: Nichts im Satz verrät, welches welches ist.</translation>
    </message>
    <message>
      <source>At step %1 they are %2 deviations apart.</source>
      <translation>Bei Schritt %1 liegen sie %2 Abweichungen auseinander.</translation>
    </message>
    <message>
      <source>Attack</source>
      <translation>Anstieg</translation>
    </message>
    <message>
      <source>Attributes</source>
      <translation>Merkmale</translation>
    </message>
    <message>
      <source>Audio</source>
      <translation>Ton</translation>
    </message>
    <message>
      <source>Auto</source>
      <translation>Automatisch</translation>
    </message>
    <message>
      <source>Automatic: squares above 400 %</source>
      <translation>Automatisch: Quadrate über 400 %</translation>
    </message>
    <message>
      <source>Autoregressive</source>
      <translation>Autoregressiv</translation>
    </message>
    <message>
      <source>Avatar</source>
      <translation>Avatar</translation>
    </message>
    <message>
      <source>Awkward</source>
      <translation>Verlegen</translation>
    </message>
    <message>
      <source>Azimuth</source>
      <translation>Azimut</translation>
    </message>
    <message>
      <source>B</source>
      <translation>H</translation>
    </message>
    <message>
      <source>B − A, in dB</source>
      <translation>B − A, in dB</translation>
    </message>
    <message>
      <source>Back to the default of %1</source>
      <translation>Zurück zur Vorgabe von %1</translation>
    </message>
    <message>
      <source>Back to the own edges</source>
      <translation>Zurück zu den eigenen Rändern</translation>
    </message>
    <message>
      <source>Back to the picture's own edges</source>
      <translation>Zurück zu den eigenen Rändern des Bildes</translation>
    </message>
    <message>
      <source>Back to the result</source>
      <translation>Zurück zum Ergebnis</translation>
    </message>
    <message>
      <source>Background</source>
      <translation>Hintergrund</translation>
    </message>
    <message>
      <source>Background light</source>
      <translation>Helligkeit des Hintergrunds</translation>
    </message>
    <message>
      <source>Balloon</source>
      <translation>Ballon</translation>
    </message>
    <message>
      <source>Band</source>
      <translation>Band</translation>
    </message>
    <message>
      <source>Banjo</source>
      <translation>Banjo</translation>
    </message>
    <message>
      <source>Bar, beat and ticks</source>
      <translation>Takt, Schlag und Ticks</translation>
    </message>
    <message>
      <source>Bars</source>
      <translation>Takte</translation>
    </message>
    <message>
      <source>Bars and beats</source>
      <translation>Takte und Schläge</translation>
    </message>
    <message>
      <source>Bass</source>
      <translation>Bass</translation>
    </message>
    <message>
      <source>Bb</source>
      <translation>B</translation>
    </message>
    <message>
      <source>Beats</source>
      <translation>Schläge</translation>
    </message>
    <message>
      <source>Beats a bar</source>
      <translation>Schläge je Takt</translation>
    </message>
    <message>
      <source>Beats a minute (of three eighths in 6/8 and 9/8); 0 goes by form and mood.</source>
      <translation>Schläge je Minute (zu drei Achteln in 6/8 und 9/8); 0 richtet sich nach Form und Stimmung.</translation>
    </message>
    <message>
      <source>Beats a minute, for a length in bars.</source>
      <translation>Schläge pro Minute, für eine Länge in Takten.</translation>
    </message>
    <message>
      <source>Beats a minute.</source>
      <translation>Schläge je Minute.</translation>
    </message>
    <message>
      <source>Beats in a bar, as in 3/4</source>
      <translation>Schläge in einem Takt, wie bei 3/4</translation>
    </message>
    <message>
      <source>Beats in a bar.</source>
      <translation>Schläge im Takt.</translation>
    </message>
    <message>
      <source>Before it by %1</source>
      <translation>%1 davor</translation>
    </message>
    <message>
      <source>Begin</source>
      <translation>Beginnen</translation>
    </message>
    <message>
      <source>Begin at the playhead</source>
      <translation>Am Abspielkopf beginnen lassen</translation>
    </message>
    <message>
      <source>Begin at the playhead and close the gap</source>
      <translation>Am Abspielkopf beginnen lassen und die Lücke schließen</translation>
    </message>
    <message>
      <source>Begin from</source>
      <translation>Beginnen bei</translation>
    </message>
    <message>
      <source>Begin the sweep</source>
      <translation>Messreihe beginnen</translation>
    </message>
    <message>
      <source>Begin with an upbeat before the first bar.</source>
      <translation>Mit einem Auftakt vor dem ersten Takt beginnen.</translation>
    </message>
    <message>
      <source>Beginning</source>
      <translation>Anfang</translation>
    </message>
    <message>
      <source>Begins at</source>
      <translation>Beginnt bei</translation>
    </message>
    <message>
      <source>Being made</source>
      <translation>Wird erzeugt</translation>
    </message>
    <message>
      <source>Bells</source>
      <translation>Glocken</translation>
    </message>
    <message>
      <source>Bend the curve</source>
      <translation>Kurve biegen</translation>
    </message>
    <message>
      <source>Best</source>
      <translation>Beste</translation>
    </message>
    <message>
      <source>Best by %1: %2 (%3).</source>
      <translation>Am besten nach %1: %2 (%3).</translation>
    </message>
    <message>
      <source>Between</source>
      <translation>Dazwischen</translation>
    </message>
    <message>
      <source>Beyond</source>
      <translation>Darüber hinaus</translation>
    </message>
    <message>
      <source>Bezier</source>
      <translation>Bézier</translation>
    </message>
    <message>
      <source>Bits per dimension</source>
      <translation>Bit je Dimension</translation>
    </message>
    <message>
      <source>Bits per sample</source>
      <translation>Bit je Sample</translation>
    </message>
    <message>
      <source>Black</source>
      <translation>Schwarz</translation>
    </message>
    <message>
      <source>Blend</source>
      <translation>Überblenden</translation>
    </message>
    <message>
      <source>Blond</source>
      <translation>Blond</translation>
    </message>
    <message>
      <source>Blue</source>
      <translation>Blau</translation>
    </message>
    <message>
      <source>Border</source>
      <translation>Rand</translation>
    </message>
    <message>
      <source>Bossa nova</source>
      <translation>Bossa nova</translation>
    </message>
    <message>
      <source>Both ask for the same.</source>
      <translation>Beide verlangen dasselbe.</translation>
    </message>
    <message>
      <source>Both bad</source>
      <translation>Beide schlecht</translation>
    </message>
    <message>
      <source>Bottom</source>
      <translation>Unten</translation>
    </message>
    <message>
      <source>Bounce</source>
      <translation>Aufprall</translation>
    </message>
    <message>
      <source>Bowl cut</source>
      <translation>Topfschnitt</translation>
    </message>
    <message>
      <source>Braces</source>
      <translation>Zahnspange</translation>
    </message>
    <message>
      <source>Braids</source>
      <translation>Zöpfe</translation>
    </message>
    <message>
      <source>Branch</source>
      <translation>Abzweigen</translation>
    </message>
    <message>
      <source>Branch from a step, not from the result: choose one to its left.</source>
      <translation>Abgezweigt wird von einem Schritt, nicht vom Ergebnis: bitte einen links davon wählen.</translation>
    </message>
    <message>
      <source>Branch from here</source>
      <translation>Von hier abzweigen</translation>
    </message>
    <message>
      <source>Branch from step %1</source>
      <translation>Von Schritt %1 abzweigen</translation>
    </message>
    <message>
      <source>Branch from step %1: go on from here with the settings as they are now (B)</source>
      <translation>Von Schritt %1 abzweigen: von hier mit den jetzigen Einstellungen weiter (B)</translation>
    </message>
    <message>
      <source>Branch from the step</source>
      <translation>Vom Schritt abzweigen</translation>
    </message>
    <message>
      <source>Branch from this step</source>
      <translation>Von diesem Schritt abzweigen</translation>
    </message>
    <message>
      <source>Branched from the run</source>
      <translation>Abgezweigt vom Lauf</translation>
    </message>
    <message>
      <source>Branched from the step</source>
      <translation>Abgezweigt vom Schritt</translation>
    </message>
    <message>
      <source>Breakbeat</source>
      <translation>Breakbeat</translation>
    </message>
    <message>
      <source>Brick wall</source>
      <translation>Ziegelmauer</translation>
    </message>
    <message>
      <source>Bridge</source>
      <translation>Brücke</translation>
    </message>
    <message>
      <source>Bridge a gap</source>
      <translation>Lücke überbrücken</translation>
    </message>
    <message>
      <source>Bridge this gap</source>
      <translation>Diese Lücke überbrücken</translation>
    </message>
    <message>
      <source>Bright</source>
      <translation>Hell</translation>
    </message>
    <message>
      <source>Brighter or darker than most of its kind.</source>
      <translation>Heller oder dunkler als die meisten ihrer Art.</translation>
    </message>
    <message>
      <source>Brightness</source>
      <translation>Helligkeit</translation>
    </message>
    <message>
      <source>Brown</source>
      <translation>Braun</translation>
    </message>
    <message>
      <source>Brush</source>
      <translation>Pinsel</translation>
    </message>
    <message>
      <source>Bun</source>
      <translation>Dutt</translation>
    </message>
    <message>
      <source>By Darkroom's net unless CLIP is chosen: compare only figures of one network.</source>
      <translation>Mit dem Netz von Darkroom, wenn nicht CLIP gewählt ist: nur Werte desselben Netzes vergleichen.</translation>
    </message>
    <message>
      <source>By half</source>
      <translation>Um die Hälfte</translation>
    </message>
    <message>
      <source>C</source>
      <translation>C</translation>
    </message>
    <message>
      <source>C#</source>
      <translation>Cis</translation>
    </message>
    <message>
      <source>CLAP-score and retrieval</source>
      <translation>CLAP-Score und Wiederfinden</translation>
    </message>
    <message>
      <source>CLAP; comparable between figures of the same CLAP only</source>
      <translation>CLAP; nur Werte desselben CLAP sind vergleichbar</translation>
    </message>
    <message>
      <source>CLIP-score and retrieval</source>
      <translation>CLIP-Score und Wiederfinden</translation>
    </message>
    <message>
      <source>CLIP; comparable between figures of the same CLIP only</source>
      <translation>CLIP; nur Werte desselben CLIP sind vergleichbar</translation>
    </message>
    <message>
      <source>Call when the last job has ended</source>
      <translation>Melden, wenn der letzte Auftrag fertig ist</translation>
    </message>
    <message>
      <source>Called up by: %1</source>
      <translation>Gerufen mit: %1</translation>
    </message>
    <message>
      <source>Camera</source>
      <translation>Kamera</translation>
    </message>
    <message>
      <source>Camera track</source>
      <translation>Kameraspur</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>Abbrechen</translation>
    </message>
    <message>
      <source>Cancel (Del)</source>
      <translation>Abbrechen (Entf)</translation>
    </message>
    <message>
      <source>Cancel or remove</source>
      <translation>Abbrechen oder entfernen</translation>
    </message>
    <message>
      <source>Cancel this run</source>
      <translation>Diesen Lauf abbrechen</translation>
    </message>
    <message>
      <source>Cancelled</source>
      <translation>Abgebrochen</translation>
    </message>
    <message>
      <source>Cannot be read</source>
      <translation>Nicht lesbar</translation>
    </message>
    <message>
      <source>Cat ears</source>
      <translation>Katzenohren</translation>
    </message>
    <message>
      <source>Cell</source>
      <translation>Zelle</translation>
    </message>
    <message>
      <source>Cello</source>
      <translation>Cello</translation>
    </message>
    <message>
      <source>Cells</source>
      <translation>Zellen</translation>
    </message>
    <message>
      <source>Cells are marked by</source>
      <translation>Zellen markieren nach</translation>
    </message>
    <message>
      <source>Centre</source>
      <translation>Mitte</translation>
    </message>
    <message>
      <source>Chamfer distance</source>
      <translation>Chamfer-Abstand</translation>
    </message>
    <message>
      <source>Chamfer, F-score, normals</source>
      <translation>Chamfer, F-Maß, Normalen</translation>
    </message>
    <message>
      <source>Change</source>
      <translation>Änderung</translation>
    </message>
    <message>
      <source>Change %1</source>
      <translation>%1 ändern</translation>
    </message>
    <message>
      <source>Change %1 over the steps</source>
      <translation>%1 über die Schritte ändern</translation>
    </message>
    <message>
      <source>Change engine</source>
      <translation>Maschine wechseln</translation>
    </message>
    <message>
      <source>Change key</source>
      <translation>Punkt ändern</translation>
    </message>
    <message>
      <source>Change only a range</source>
      <translation>Nur einen Bereich ändern</translation>
    </message>
    <message>
      <source>Change only this range</source>
      <translation>Nur diesen Bereich ändern</translation>
    </message>
    <message>
      <source>Change the project's settings</source>
      <translation>Projekteinstellungen ändern</translation>
    </message>
    <message>
      <source>Change the speed</source>
      <translation>Geschwindigkeit ändern</translation>
    </message>
    <message>
      <source>Change the strength of %1 over the steps</source>
      <translation>Die Stärke von %1 über die Schritte ändern</translation>
    </message>
    <message>
      <source>Change the weight of %1 over the steps</source>
      <translation>Gewicht von %1 über die Schritte ändern</translation>
    </message>
    <message>
      <source>Change what steers</source>
      <translation>Steuernden Klang ändern</translation>
    </message>
    <message>
      <source>Changed by another program</source>
      <translation>Von einem anderen Programm geändert</translation>
    </message>
    <message>
      <source>Changes both</source>
      <translation>Ändert beides</translation>
    </message>
    <message>
      <source>Changes nothing</source>
      <translation>Ändert nichts</translation>
    </message>
    <message>
      <source>Changes the size</source>
      <translation>Ändert die Größe</translation>
    </message>
    <message>
      <source>Changes the strength</source>
      <translation>Ändert die Stärke</translation>
    </message>
    <message>
      <source>Channels</source>
      <translation>Kanäle</translation>
    </message>
    <message>
      <source>Character</source>
      <translation>Charakter</translation>
    </message>
    <message>
      <source>Check</source>
      <translation>Prüfen</translation>
    </message>
    <message>
      <source>Checkpoint</source>
      <translation>Checkpoint</translation>
    </message>
    <message>
      <source>Cheery</source>
      <translation>Fröhlich</translation>
    </message>
    <message>
      <source>Chequerboard where nothing is</source>
      <translation>Schachbrett, wo nichts ist</translation>
    </message>
    <message>
      <source>Chestnut</source>
      <translation>Kastanie</translation>
    </message>
    <message>
      <source>Choir</source>
      <translation>Chor</translation>
    </message>
    <message>
      <source>Choose a metric and what it is to measure; what comes out is kept here, to be compared.</source>
      <translation>Metrik wählen und was sie messen soll; was herauskommt, bleibt zum Vergleichen hier.</translation>
    </message>
    <message>
      <source>Choose a metric, and what it is to measure.</source>
      <translation>Metrik wählen, und was sie messen soll.</translation>
    </message>
    <message>
      <source>Choose all keys</source>
      <translation>Alle Punkte wählen</translation>
    </message>
    <message>
      <source>Choose at least two results to rate.</source>
      <translation>Bitte mindestens zwei Ergebnisse zum Bewerten wählen.</translation>
    </message>
    <message>
      <source>Choose parameters and values, prompts and a metric. Every cell is made by the queue and measured; plots fill as they come, and show what is worth its time.</source>
      <translation>Parameter und Werte, Prompts und eine Metrik wählen. Die Warteschlange erzeugt jede Zelle, dann wird sie gemessen; die Diagramme füllen sich dabei und zeigen, was seine Zeit wert ist.</translation>
    </message>
    <message>
      <source>Choose take</source>
      <translation>Fassung wählen</translation>
    </message>
    <message>
      <source>Choose the engine</source>
      <translation>Engine wählen</translation>
    </message>
    <message>
      <source>Choose the gallery folder</source>
      <translation>Galerieordner wählen</translation>
    </message>
    <message>
      <source>Choose the sound that steers</source>
      <translation>Steuernden Klang wählen</translation>
    </message>
    <message>
      <source>Choose the surface</source>
      <translation>Oberfläche wählen</translation>
    </message>
    <message>
      <source>Choose two in the history and press Shift+C there, or drop two files here.</source>
      <translation>Im Verlauf zwei wählen und dort Umschalt+C drücken, oder zwei Dateien hier ablegen.</translation>
    </message>
    <message>
      <source>Choose values</source>
      <translation>Werte wählen</translation>
    </message>
    <message>
      <source>Choose what changes along each side: guidance, words, seeds, LoRAs … One result fills each square.</source>
      <translation>Wähle, was sich entlang jeder Seite ändert: Führung, Wörter, Seeds, LoRAs … Jedes Feld füllt ein Ergebnis.</translation>
    </message>
    <message>
      <source>Choose what goes in</source>
      <translation>Wählen, was hineingeht</translation>
    </message>
    <message>
      <source>Choose …</source>
      <translation>Wählen …</translation>
    </message>
    <message>
      <source>Chosen</source>
      <translation>Gewählt</translation>
    </message>
    <message>
      <source>Clap</source>
      <translation>Klatschen</translation>
    </message>
    <message>
      <source>Clarinet</source>
      <translation>Klarinette</translation>
    </message>
    <message>
      <source>Clay</source>
      <translation>Ton (Material)</translation>
    </message>
    <message>
      <source>Clear</source>
      <translation>Ausräumen</translation>
    </message>
    <message>
      <source>Clear finished jobs</source>
      <translation>Fertige Aufträge ausräumen</translation>
    </message>
    <message>
      <source>Clear in and out</source>
      <translation>Ein- und Ausstieg löschen</translation>
    </message>
    <message>
      <source>Clear the stage</source>
      <translation>Bühne leeren</translation>
    </message>
    <message>
      <source>Clear where nothing is</source>
      <translation>Durchsichtig, wo nichts ist</translation>
    </message>
    <message>
      <source>Click to put the clipping mark out</source>
      <translation>Klicken löscht die Übersteuerungsanzeige</translation>
    </message>
    <message>
      <source>Clip</source>
      <translation>Clip</translation>
    </message>
    <message>
      <source>Clip viewer</source>
      <translation>Clipansicht</translation>
    </message>
    <message>
      <source>Clip: %1</source>
      <translation>Clip: %1</translation>
    </message>
    <message>
      <source>Clips</source>
      <translation>Clips</translation>
    </message>
    <message>
      <source>Clips from any image engine: words over time, a moving camera, loops, bridges, clips that go on.</source>
      <translation>Clips aus jeder Bild-Engine: Worte über die Zeit, bewegte Kamera, Schleifen, Brücken, Clips, die weitergehen.</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Closed hat</source>
      <translation>Geschlossene Hi-Hat</translation>
    </message>
    <message>
      <source>Cloudy sky</source>
      <translation>Wolkenhimmel</translation>
    </message>
    <message>
      <source>Clown nose</source>
      <translation>Clownsnase</translation>
    </message>
    <message>
      <source>Cobblestones</source>
      <translation>Kopfsteinpflaster</translation>
    </message>
    <message>
      <source>Cold to warm colours of hair.</source>
      <translation>Von kalten zu warmen Haarfarben.</translation>
    </message>
    <message>
      <source>Colour</source>
      <translation>Farbe</translation>
    </message>
    <message>
      <source>Colour of the brush</source>
      <translation>Farbe des Pinsels</translation>
    </message>
    <message>
      <source>Colour of the brush; Alt takes one from the drawing</source>
      <translation>Farbe des Pinsels; Alt nimmt eine aus der Zeichnung</translation>
    </message>
    <message>
      <source>Colour of the title</source>
      <translation>Farbe des Titels</translation>
    </message>
    <message>
      <source>Colour sketch: blobs of colour where they are to be; or the blurred colours of any picture.</source>
      <translation>Farbskizze: Farbflecken, wo sie sein sollen; oder die verwischten Farben irgendeines Bildes.</translation>
    </message>
    <message>
      <source>Colours</source>
      <translation>Farben</translation>
    </message>
    <message>
      <source>Colours only</source>
      <translation>Nur Farben</translation>
    </message>
    <message>
      <source>Columns</source>
      <translation>Spalten</translation>
    </message>
    <message>
      <source>Command palette</source>
      <translation>Befehlspalette</translation>
    </message>
    <message>
      <source>Commands</source>
      <translation>Befehle</translation>
    </message>
    <message>
      <source>Compare</source>
      <translation>Vergleichen</translation>
    </message>
    <message>
      <source>Compare divider</source>
      <translation>Trennlinie des Vergleichs</translation>
    </message>
    <message>
      <source>Compare in full …</source>
      <translation>Im Ganzen vergleichen …</translation>
    </message>
    <message>
      <source>Compare only figures of the same CLAP.</source>
      <translation>Nur Werte desselben CLAP vergleichen.</translation>
    </message>
    <message>
      <source>Compare only figures of the same features. Too high with few seconds; deaf to how a sound goes on beyond a second or ten.</source>
      <translation>Nur Werte derselben Merkmale vergleichen. Zu hoch bei wenigen Sekunden; taub dafür, wie ein Klang nach ein bis zehn Sekunden weitergeht.</translation>
    </message>
    <message>
      <source>Compare two results …</source>
      <translation>Zwei Ergebnisse vergleichen …</translation>
    </message>
    <message>
      <source>Compare with</source>
      <translation>Vergleichen mit</translation>
    </message>
    <message>
      <source>Compare with its parent</source>
      <translation>Mit dem Ursprung vergleichen</translation>
    </message>
    <message>
      <source>Compare with no folder</source>
      <translation>Mit keinem Ordner vergleichen</translation>
    </message>
    <message>
      <source>Compare with the stage</source>
      <translation>Mit der Bühne vergleichen</translation>
    </message>
    <message>
      <source>Compare with …</source>
      <translation>Vergleichen mit …</translation>
    </message>
    <message>
      <source>Compared</source>
      <translation>Verglichen</translation>
    </message>
    <message>
      <source>Compared with</source>
      <translation>Verglichen mit</translation>
    </message>
    <message>
      <source>Compared with %1</source>
      <translation>Verglichen mit %1</translation>
    </message>
    <message>
      <source>Comparing two results</source>
      <translation>Zwei Ergebnisse im Vergleich</translation>
    </message>
    <message>
      <source>Comparing …</source>
      <translation>Wird verglichen …</translation>
    </message>
    <message>
      <source>Complete</source>
      <translation>Ergänzen</translation>
    </message>
    <message>
      <source>Completes a half-drawn sprite row by row in the colours it has, or draws one from words; tells how likely any sprite is.</source>
      <translation>Ergänzt ein halb gezeichnetes Sprite Zeile für Zeile in seinen Farben oder zeichnet eines nach Worten; sagt, wie wahrscheinlich ein Sprite ist.</translation>
    </message>
    <message>
      <source>Compose</source>
      <translation>Komponieren</translation>
    </message>
    <message>
      <source>Confused</source>
      <translation>Verwirrt</translation>
    </message>
    <message>
      <source>Consistency</source>
      <translation>Consistency</translation>
    </message>
    <message>
      <source>Constant</source>
      <translation>Konstante</translation>
    </message>
    <message>
      <source>Continue</source>
      <translation>Fortsetzen</translation>
    </message>
    <message>
      <source>Contrastive</source>
      <translation>Kontrastiv</translation>
    </message>
    <message>
      <source>Control</source>
      <translation>Steuerung</translation>
    </message>
    <message>
      <source>Control inputs</source>
      <translation>Steuereingaben</translation>
    </message>
    <message>
      <source>Control track</source>
      <translation>Steuerspur</translation>
    </message>
    <message>
      <source>Control: %1</source>
      <translation>Steuerung: %1</translation>
    </message>
    <message>
      <source>ControlNet</source>
      <translation>ControlNet</translation>
    </message>
    <message>
      <source>ControlNets and adapters</source>
      <translation>ControlNets und Adapter</translation>
    </message>
    <message>
      <source>Copied.</source>
      <translation>Kopiert.</translation>
    </message>
    <message>
      <source>Copied: paste it as a file.</source>
      <translation>Kopiert: Fügen Sie es als Datei ein.</translation>
    </message>
    <message>
      <source>Copy</source>
      <translation>Kopieren</translation>
    </message>
    <message>
      <source>Copy clips</source>
      <translation>Clips kopieren</translation>
    </message>
    <message>
      <source>Copy clips by dragging</source>
      <translation>Clips durch Ziehen kopieren</translation>
    </message>
    <message>
      <source>Copy its notes as a MIDI file</source>
      <translation>Ihre Noten als MIDI-Datei kopieren</translation>
    </message>
    <message>
      <source>Copy its sound as a file</source>
      <translation>Ihren Ton als Datei kopieren</translation>
    </message>
    <message>
      <source>Copy keys</source>
      <translation>Punkte kopieren</translation>
    </message>
    <message>
      <source>Copy the file's path</source>
      <translation>Pfad der Datei kopieren</translation>
    </message>
    <message>
      <source>Copy the frame as a file</source>
      <translation>Das Bild als Datei kopieren</translation>
    </message>
    <message>
      <source>Copy the message</source>
      <translation>Meldung kopieren</translation>
    </message>
    <message>
      <source>Copy the path</source>
      <translation>Pfad kopieren</translation>
    </message>
    <message>
      <source>Copy the prompt</source>
      <translation>Prompt kopieren</translation>
    </message>
    <message>
      <source>Copy the sentence to the clipboard</source>
      <translation>Den Satz in die Zwischenablage kopieren</translation>
    </message>
    <message>
      <source>Copy what is seen</source>
      <translation>Kopieren, was zu sehen ist</translation>
    </message>
    <message>
      <source>Copy what is seen (Ctrl+C)</source>
      <translation>Kopieren, was zu sehen ist (Strg+C)</translation>
    </message>
    <message>
      <source>Corrections</source>
      <translation>Korrekturen</translation>
    </message>
    <message>
      <source>Cosine</source>
      <translation>Kosinus</translation>
    </message>
    <message>
      <source>Count</source>
      <translation>Anzahl</translation>
    </message>
    <message>
      <source>Course of %1</source>
      <translation>Hergang von %1</translation>
    </message>
    <message>
      <source>Course of the run …</source>
      <translation>Hergang des Laufs …</translation>
    </message>
    <message>
      <source>Crowded</source>
      <translation>Gedrängt</translation>
    </message>
    <message>
      <source>Crumbs</source>
      <translation>Krümel</translation>
    </message>
    <message>
      <source>Crystal</source>
      <translation>Kristall</translation>
    </message>
    <message>
      <source>Ctrl, drag</source>
      <translation>Strg, ziehen</translation>
    </message>
    <message>
      <source>Ctrl, wheel</source>
      <translation>Strg, Mausrad</translation>
    </message>
    <message>
      <source>Cubic</source>
      <translation>Kubisch</translation>
    </message>
    <message>
      <source>Curly</source>
      <translation>Lockig</translation>
    </message>
    <message>
      <source>Curly bob</source>
      <translation>Lockiger Bob</translation>
    </message>
    <message>
      <source>Curve</source>
      <translation>Kurve</translation>
    </message>
    <message>
      <source>Curve menu</source>
      <translation>Menü der Kurve</translation>
    </message>
    <message>
      <source>Curve point up or down</source>
      <translation>Kurvenpunkt auf oder ab</translation>
    </message>
    <message>
      <source>Curves</source>
      <translation>Kurven</translation>
    </message>
    <message>
      <source>Curves of this track</source>
      <translation>Kurven dieser Spur</translation>
    </message>
    <message>
      <source>Cut clips</source>
      <translation>Clips ausschneiden</translation>
    </message>
    <message>
      <source>Cut keys</source>
      <translation>Punkte ausschneiden</translation>
    </message>
    <message>
      <source>Cut silence</source>
      <translation>Stille abschneiden</translation>
    </message>
    <message>
      <source>D</source>
      <translation>D</translation>
    </message>
    <message>
      <source>DDIM</source>
      <translation>DDIM</translation>
    </message>
    <message>
      <source>DDPM</source>
      <translation>DDPM</translation>
    </message>
    <message>
      <source>DISTANCE TO THE NEXT</source>
      <translation>ABSTAND ZUM NÄCHSTEN</translation>
    </message>
    <message>
      <source>DOWN</source>
      <translation>SENKRECHT</translation>
    </message>
    <message>
      <source>DPM-Solver++ 2M</source>
      <translation>DPM-Solver++ 2M</translation>
    </message>
    <message>
      <source>DPM-Solver++ 2M SDE</source>
      <translation>DPM-Solver++ 2M SDE</translation>
    </message>
    <message>
      <source>Dark</source>
      <translation>Dunkel</translation>
    </message>
    <message>
      <source>Dark theme</source>
      <translation>Dunkle Darstellung</translation>
    </message>
    <message>
      <source>Dark to light hair.</source>
      <translation>Von dunklem zu hellem Haar.</translation>
    </message>
    <message>
      <source>Dark to light skin.</source>
      <translation>Von dunkler zu heller Haut.</translation>
    </message>
    <message>
      <source>Darken</source>
      <translation>Abdunkeln</translation>
    </message>
    <message>
      <source>Darkroom</source>
      <translation>Darkroom</translation>
    </message>
    <message>
      <source>Darkroom's image-text net; not comparable with Inception's</source>
      <translation>Bild-Text-Netz von Darkroom; nicht mit Inception vergleichbar</translation>
    </message>
    <message>
      <source>Darkroom's spectrogram codec; not comparable with VGGish's</source>
      <translation>Spektrogramm-Codec von Darkroom; nicht mit VGGish vergleichbar</translation>
    </message>
    <message>
      <source>Decode the step truly, or hear it</source>
      <translation>Den Schritt ganz dekodieren oder anhören</translation>
    </message>
    <message>
      <source>Decode truly</source>
      <translation>Ganz dekodieren</translation>
    </message>
    <message>
      <source>Decoding</source>
      <translation>Dekodiert</translation>
    </message>
    <message>
      <source>Default value</source>
      <translation>Vorgabewert</translation>
    </message>
    <message>
      <source>Delete</source>
      <translation>Löschen</translation>
    </message>
    <message>
      <source>Delete and close the gap</source>
      <translation>Löschen und die Lücke schließen</translation>
    </message>
    <message>
      <source>Delete clips</source>
      <translation>Clips löschen</translation>
    </message>
    <message>
      <source>Delete curve</source>
      <translation>Kurve löschen</translation>
    </message>
    <message>
      <source>Delete keys</source>
      <translation>Punkte löschen</translation>
    </message>
    <message>
      <source>Delete marker</source>
      <translation>Marke löschen</translation>
    </message>
    <message>
      <source>Delete metre</source>
      <translation>Taktwechsel löschen</translation>
    </message>
    <message>
      <source>Delete tempo</source>
      <translation>Tempowechsel löschen</translation>
    </message>
    <message>
      <source>Delete the chosen keys</source>
      <translation>Gewählte Punkte löschen</translation>
    </message>
    <message>
      <source>Delete the metre here</source>
      <translation>Taktwechsel hier löschen</translation>
    </message>
    <message>
      <source>Delete the tempo here</source>
      <translation>Tempowechsel hier löschen</translation>
    </message>
    <message>
      <source>Delete track</source>
      <translation>Spur löschen</translation>
    </message>
    <message>
      <source>Depth</source>
      <translation>Tiefe</translation>
    </message>
    <message>
      <source>Describe what you want</source>
      <translation>Beschreiben, was entstehen soll</translation>
    </message>
    <message>
      <source>Describe what you want to see, for example: %1</source>
      <translation>Beschreiben, was zu sehen sein soll, zum Beispiel: %1</translation>
    </message>
    <message>
      <source>Detail</source>
      <translation>Feinheit</translation>
    </message>
    <message>
      <source>Developing</source>
      <translation>Entwickelt sich</translation>
    </message>
    <message>
      <source>Difference</source>
      <translation>Differenz</translation>
    </message>
    <message>
      <source>Difference of each frame, root mean square</source>
      <translation>Unterschied jedes Bildes, quadratisches Mittel</translation>
    </message>
    <message>
      <source>Diffusion</source>
      <translation>Diffusion</translation>
    </message>
    <message>
      <source>Directional CLIP-score of edits</source>
      <translation>Gerichteter CLIP-Score von Änderungen</translation>
    </message>
    <message>
      <source>Dirt</source>
      <translation>Erde</translation>
    </message>
    <message>
      <source>Dismiss all notices</source>
      <translation>Alle Meldungen schließen</translation>
    </message>
    <message>
      <source>Dismiss this notice</source>
      <translation>Diese Meldung schließen</translation>
    </message>
    <message>
      <source>Dissolve</source>
      <translation>Überblenden</translation>
    </message>
    <message>
      <source>Distance</source>
      <translation>Entfernung</translation>
    </message>
    <message>
      <source>Distance to the nearest real one</source>
      <translation>Abstand zum nächsten echten</translation>
    </message>
    <message>
      <source>Distance to the other</source>
      <translation>Abstand zum anderen</translation>
    </message>
    <message>
      <source>Divider</source>
      <translation>Trennlinie</translation>
    </message>
    <message>
      <source>Do</source>
      <translation>Tun</translation>
    </message>
    <message>
      <source>Do not repeat</source>
      <translation>Nicht wiederholen</translation>
    </message>
    <message>
      <source>Do not snap, or do</source>
      <translation>Nicht einrasten – oder doch</translation>
    </message>
    <message>
      <source>Does not see how much of the picture was kept; compare only figures of one network.</source>
      <translation>Sieht nicht, wie viel vom Bild blieb; nur Werte desselben Netzes vergleichen.</translation>
    </message>
    <message>
      <source>Done</source>
      <translation>Fertig</translation>
    </message>
    <message>
      <source>Dorian</source>
      <translation>Dorisch</translation>
    </message>
    <message>
      <source>Double click</source>
      <translation>Doppelklick</translation>
    </message>
    <message>
      <source>Down, in heights of the frame a second.</source>
      <translation>Nach unten, in Bildhöhen je Sekunde.</translation>
    </message>
    <message>
      <source>Draft</source>
      <translation>Entwurf</translation>
    </message>
    <message>
      <source>Drag joints, or step through them with J and move them with the arrow keys.</source>
      <translation>Ziehe Gelenke, oder geh sie mit J durch und bewege sie mit den Pfeiltasten.</translation>
    </message>
    <message>
      <source>Drag the divider, or use left and right</source>
      <translation>Trennlinie ziehen, oder links und rechts</translation>
    </message>
    <message>
      <source>Drag the file away; Enter copies it</source>
      <translation>Datei wegziehen; Eingabe kopiert sie</translation>
    </message>
    <message>
      <source>Drag the file out</source>
      <translation>Datei herausziehen</translation>
    </message>
    <message>
      <source>Drag the frame outwards, or type how far each edge moves.</source>
      <translation>Ziehe den Rahmen nach außen, oder gib ein, wie weit jeder Rand rückt.</translation>
    </message>
    <message>
      <source>Drag the frame outwards; what is tinted is painted.</source>
      <translation>Ziehe den Rahmen nach außen; was getönt ist, wird gemalt.</translation>
    </message>
    <message>
      <source>Drag the joints; the frame moves, sizes and turns the figure.</source>
      <translation>Ziehe die Gelenke; der Rahmen bewegt, vergrößert und dreht die Figur.</translation>
    </message>
    <message>
      <source>Drag the line; double-click adds a point; right-click for more</source>
      <translation>Linie ziehen; Doppelklick fügt einen Punkt hinzu; Rechtsklick für mehr</translation>
    </message>
    <message>
      <source>Drag to scrub; with Shift drag a range to repeat</source>
      <translation>Ziehen spult; mit Umschalt einen Bereich zum Wiederholen ziehen</translation>
    </message>
    <message>
      <source>Dragon scales</source>
      <translation>Drachenschuppen</translation>
    </message>
    <message>
      <source>Draw %1</source>
      <translation>%1 zeichnen</translation>
    </message>
    <message>
      <source>Draw a straight line from the last stroke's end</source>
      <translation>Vom Ende des letzten Strichs eine Gerade ziehen</translation>
    </message>
    <message>
      <source>Draw on %1</source>
      <translation>Auf %1 zeichnen</translation>
    </message>
    <message>
      <source>Draw only from so many of the likeliest colours; 0 is all.</source>
      <translation>Nur aus so vielen der wahrscheinlichsten Farben ziehen; 0 heißt aus allen.</translation>
    </message>
    <message>
      <source>Draw only from so many of the likeliest; 0 is all.</source>
      <translation>Nur aus so vielen der wahrscheinlichsten ziehen; 0 heißt alle.</translation>
    </message>
    <message>
      <source>Draw only from the likeliest that make up this share.</source>
      <translation>Nur aus den wahrscheinlichsten ziehen, die diesen Anteil ausmachen.</translation>
    </message>
    <message>
      <source>Draw what is as surprising as is usual, to this share; 1 is off.</source>
      <translation>Ziehen, was so überraschend ist wie üblich, bis zu diesem Anteil; 1 schaltet es ab.</translation>
    </message>
    <message>
      <source>Draw what is free, or measure how likely the start is (what a mask covers, given the rest).</source>
      <translation>Zeichnen, was frei ist, oder messen, wie wahrscheinlich der Start ist (was eine Maske bedeckt, gegeben den Rest).</translation>
    </message>
    <message>
      <source>Draw with the mouse or a pen; brackets change the brush, E erases, Shift draws a straight line.</source>
      <translation>Zeichne mit der Maus oder einem Stift; die eckigen Klammern ändern den Pinsel, E radiert, Umschalt zieht eine Gerade.</translation>
    </message>
    <message>
      <source>Drawing</source>
      <translation>Zeichnung</translation>
    </message>
    <message>
      <source>Drawing board</source>
      <translation>Zeichenbrett</translation>
    </message>
    <message>
      <source>Drawing tools</source>
      <translation>Zeichenwerkzeuge</translation>
    </message>
    <message>
      <source>Drawn over by</source>
      <translation>Neu gezeichnet von</translation>
    </message>
    <message>
      <source>Drop a result here, or click to choose one</source>
      <translation>Ergebnis hier ablegen oder klicken, um eines zu wählen</translation>
    </message>
    <message>
      <source>Drop files or results here, or right-click a track for a new clip.</source>
      <translation>Dateien oder Ergebnisse hier ablegen, oder mit der rechten Maustaste auf eine Spur klicken für einen neuen Clip.</translation>
    </message>
    <message>
      <source>Drop pieces smaller than this share of the largest.</source>
      <translation>Stücke weglassen, die kleiner sind als dieser Anteil des größten.</translation>
    </message>
    <message>
      <source>Drop, paste or click</source>
      <translation>Ablegen, einfügen oder klicken</translation>
    </message>
    <message>
      <source>Drum</source>
      <translation>Trommel</translation>
    </message>
    <message>
      <source>Drum %1</source>
      <translation>Schlagzeug %1</translation>
    </message>
    <message>
      <source>Dulcimer</source>
      <translation>Hackbrett</translation>
    </message>
    <message>
      <source>Duplicate</source>
      <translation>Verdoppeln</translation>
    </message>
    <message>
      <source>Duplicate clips</source>
      <translation>Clips verdoppeln</translation>
    </message>
    <message>
      <source>E</source>
      <translation>E</translation>
    </message>
    <message>
      <source>EXPRESSION</source>
      <translation>AUSDRUCK</translation>
    </message>
    <message>
      <source>Each drawn frame has the next seed, or all have the same.</source>
      <translation>Jedes gezeichnete Bild hat den nächsten Startwert, oder alle haben denselben.</translation>
    </message>
    <message>
      <source>Earlier</source>
      <translation>Früher</translation>
    </message>
    <message>
      <source>Ease in</source>
      <translation>Sanft beginnen</translation>
    </message>
    <message>
      <source>Ease in and out</source>
      <translation>Sanft beginnen und enden</translation>
    </message>
    <message>
      <source>Ease keys</source>
      <translation>Punkte sanft machen</translation>
    </message>
    <message>
      <source>Ease out</source>
      <translation>Sanft enden</translation>
    </message>
    <message>
      <source>Eased</source>
      <translation>Sanft</translation>
    </message>
    <message>
      <source>Easing</source>
      <translation>Verlauf</translation>
    </message>
    <message>
      <source>Eb</source>
      <translation>Es</translation>
    </message>
    <message>
      <source>Edge</source>
      <translation>Kante</translation>
    </message>
    <message>
      <source>Edges</source>
      <translation>Kanten</translation>
    </message>
    <message>
      <source>Edit</source>
      <translation>Bearbeiten</translation>
    </message>
    <message>
      <source>Edit %s</source>
      <translation>%s ändern</translation>
    </message>
    <message>
      <source>Edit job</source>
      <translation>Auftrag bearbeiten</translation>
    </message>
    <message>
      <source>Edit points …</source>
      <translation>Punkte bearbeiten …</translation>
    </message>
    <message>
      <source>Edit the points of a curve</source>
      <translation>Punkte einer Kurve bearbeiten</translation>
    </message>
    <message>
      <source>Edit the words</source>
      <translation>Worte bearbeiten</translation>
    </message>
    <message>
      <source>Editing “%1”</source>
      <translation>„%1“ wird bearbeitet</translation>
    </message>
    <message>
      <source>Edits</source>
      <translation>Schnitte</translation>
    </message>
    <message>
      <source>EfficientNet-lite0; not comparable with Inception's</source>
      <translation>EfficientNet-lite0; nicht mit Inception vergleichbar</translation>
    </message>
    <message>
      <source>Eighths of beats</source>
      <translation>Achtelschläge</translation>
    </message>
    <message>
      <source>Either</source>
      <translation>Eines von beiden</translation>
    </message>
    <message>
      <source>Elastic</source>
      <translation>Federnd</translation>
    </message>
    <message>
      <source>Electric guitar</source>
      <translation>E-Gitarre</translation>
    </message>
    <message>
      <source>Electric piano</source>
      <translation>E-Piano</translation>
    </message>
    <message>
      <source>Electronic</source>
      <translation>Elektronisch</translation>
    </message>
    <message>
      <source>Elevation</source>
      <translation>Höhe</translation>
    </message>
    <message>
      <source>Embedding</source>
      <translation>Embedding</translation>
    </message>
    <message>
      <source>Embeddings</source>
      <translation>Embeddings</translation>
    </message>
    <message>
      <source>Empty</source>
      <translation>Leer</translation>
    </message>
    <message>
      <source>Empty stage</source>
      <translation>Leere Bühne</translation>
    </message>
    <message>
      <source>End</source>
      <translation>Ende</translation>
    </message>
    <message>
      <source>End at the playhead</source>
      <translation>Am Abspielkopf enden lassen</translation>
    </message>
    <message>
      <source>End at the playhead and close the gap</source>
      <translation>Am Abspielkopf enden lassen und die Lücke schließen</translation>
    </message>
    <message>
      <source>End comparison</source>
      <translation>Vergleich beenden</translation>
    </message>
    <message>
      <source>End on the home note.</source>
      <translation>Auf dem Grundton enden.</translation>
    </message>
    <message>
      <source>End with</source>
      <translation>Enden mit</translation>
    </message>
    <message>
      <source>Ending</source>
      <translation>Schluss</translation>
    </message>
    <message>
      <source>Energy map</source>
      <translation>Energiekarte</translation>
    </message>
    <message>
      <source>Energy-based</source>
      <translation>Energiebasiert</translation>
    </message>
    <message>
      <source>Engine</source>
      <translation>Maschine</translation>
    </message>
    <message>
      <source>Engine files are programs: add only folders you trust.</source>
      <translation>Maschinen sind Programme: bitte nur vertrauenswürdige Ordner hinzufügen.</translation>
    </message>
    <message>
      <source>Engines</source>
      <translation>Maschinen</translation>
    </message>
    <message>
      <source>Enlarge</source>
      <translation>Vergrößern</translation>
    </message>
    <message>
      <source>Enlarge the picture</source>
      <translation>Das Bild vergrößern</translation>
    </message>
    <message>
      <source>Enlarged</source>
      <translation>Vergrößert</translation>
    </message>
    <message>
      <source>Enlarged by</source>
      <translation>Vergrößert durch</translation>
    </message>
    <message>
      <source>Enlarged pixels</source>
      <translation>Vergrößerte Pixel</translation>
    </message>
    <message>
      <source>Enlarge…</source>
      <translation>Vergrößern…</translation>
    </message>
    <message>
      <source>Enough is known: thank you!</source>
      <translation>Das genügt: vielen Dank!</translation>
    </message>
    <message>
      <source>Enter</source>
      <translation>Eingabe</translation>
    </message>
    <message>
      <source>Erase on %1</source>
      <translation>Auf %1 radieren</translation>
    </message>
    <message>
      <source>Eraser</source>
      <translation>Radierer</translation>
    </message>
    <message>
      <source>Euler</source>
      <translation>Euler</translation>
    </message>
    <message>
      <source>Euler ancestral</source>
      <translation>Euler, ancestral</translation>
    </message>
    <message>
      <source>Euler-Maruyama</source>
      <translation>Euler-Maruyama</translation>
    </message>
    <message>
      <source>Evaluations</source>
      <translation>Auswertungen</translation>
    </message>
    <message>
      <source>Even</source>
      <translation>Gleichmäßig</translation>
    </message>
    <message>
      <source>Even all the way, or setting off and arriving gently.</source>
      <translation>Gleichmäßig, oder mit sanftem Aufbruch und sanfter Ankunft.</translation>
    </message>
    <message>
      <source>Even in time</source>
      <translation>Gleichmäßig in der Zeit</translation>
    </message>
    <message>
      <source>Every</source>
      <translation>Jedes</translation>
    </message>
    <message>
      <source>Every frame on one exact grid; the grid lies beside as JSON.</source>
      <translation>Alle Einzelbilder auf einem genauen Raster; das Raster liegt als JSON daneben.</translation>
    </message>
    <message>
      <source>Every so many frames one is drawn; those between follow the camera and the flow.</source>
      <translation>Alle so vielen Bilder wird eines gezeichnet; die dazwischen folgen Kamera und Fluss.</translation>
    </message>
    <message>
      <source>Everything</source>
      <translation>Alles</translation>
    </message>
    <message>
      <source>Everything in view</source>
      <translation>Alles im Blick</translation>
    </message>
    <message>
      <source>Everything is made already.</source>
      <translation>Es ist schon alles erzeugt.</translation>
    </message>
    <message>
      <source>Everywhere</source>
      <translation>Überall</translation>
    </message>
    <message>
      <source>Exact length</source>
      <translation>Genaue Länge</translation>
    </message>
    <message>
      <source>Example: %1</source>
      <translation>Beispiel: %1</translation>
    </message>
    <message>
      <source>Exchange A and B</source>
      <translation>A und B tauschen</translation>
    </message>
    <message>
      <source>Exponential</source>
      <translation>Exponentiell</translation>
    </message>
    <message>
      <source>Export</source>
      <translation>Exportieren</translation>
    </message>
    <message>
      <source>Export development</source>
      <translation>Entwicklung exportieren</translation>
    </message>
    <message>
      <source>Export development …</source>
      <translation>Entwicklung exportieren …</translation>
    </message>
    <message>
      <source>Export the comparison: a sheet, and its figures as JSON beside it</source>
      <translation>Vergleich exportieren: ein Bogen, daneben die Zahlen als JSON</translation>
    </message>
    <message>
      <source>Export the course</source>
      <translation>Hergang exportieren</translation>
    </message>
    <message>
      <source>Export the development as GIF, WebP or MP4</source>
      <translation>Entwicklung als GIF, WebP oder MP4 exportieren</translation>
    </message>
    <message>
      <source>Export the development …</source>
      <translation>Entwicklung exportieren …</translation>
    </message>
    <message>
      <source>Export the path</source>
      <translation>Weg exportieren</translation>
    </message>
    <message>
      <source>Export the result …</source>
      <translation>Ergebnis exportieren …</translation>
    </message>
    <message>
      <source>Export the sheet</source>
      <translation>Den Bogen ausgeben</translation>
    </message>
    <message>
      <source>Export the sheet …</source>
      <translation>Den Bogen ausgeben …</translation>
    </message>
    <message>
      <source>Export the table</source>
      <translation>Tabelle exportieren</translation>
    </message>
    <message>
      <source>Export the table …</source>
      <translation>Tabelle exportieren …</translation>
    </message>
    <message>
      <source>Export the timeline</source>
      <translation>Zeitachse exportieren</translation>
    </message>
    <message>
      <source>Export the timeline …</source>
      <translation>Zeitachse exportieren …</translation>
    </message>
    <message>
      <source>Export …</source>
      <translation>Exportieren …</translation>
    </message>
    <message>
      <source>Exported as %1 and %2 more files beside it.</source>
      <translation>Exportiert als %1 und %2 weitere Dateien daneben.</translation>
    </message>
    <message>
      <source>Exported as %1 and %2 more files.</source>
      <translation>Exportiert als %1 und %2 weitere Dateien.</translation>
    </message>
    <message>
      <source>Exported as %1.</source>
      <translation>Exportiert als %1.</translation>
    </message>
    <message>
      <source>Exporting</source>
      <translation>Exportieren</translation>
    </message>
    <message>
      <source>Exporting the development to %s.</source>
      <translation>Die Entwicklung wird nach %s exportiert.</translation>
    </message>
    <message>
      <source>Export…</source>
      <translation>Exportieren…</translation>
    </message>
    <message>
      <source>Expression</source>
      <translation>Ausdruck</translation>
    </message>
    <message>
      <source>Extend</source>
      <translation>Erweitern</translation>
    </message>
    <message>
      <source>Extend after</source>
      <translation>Nach hinten verlängern</translation>
    </message>
    <message>
      <source>Extend before</source>
      <translation>Nach vorn verlängern</translation>
    </message>
    <message>
      <source>Extend beyond the edges…</source>
      <translation>Über die Ränder erweitern…</translation>
    </message>
    <message>
      <source>Extend it</source>
      <translation>Verlängern</translation>
    </message>
    <message>
      <source>Extend the picture</source>
      <translation>Das Bild erweitern</translation>
    </message>
    <message>
      <source>Extend the picture beyond its edges</source>
      <translation>Das Bild über seine Ränder erweitern</translation>
    </message>
    <message>
      <source>Extending</source>
      <translation>Erweitern</translation>
    </message>
    <message>
      <source>Extending tools</source>
      <translation>Werkzeuge zum Erweitern</translation>
    </message>
    <message>
      <source>Eyes</source>
      <translation>Augen</translation>
    </message>
    <message>
      <source>F</source>
      <translation>F</translation>
    </message>
    <message>
      <source>F#</source>
      <translation>Fis</translation>
    </message>
    <message>
      <source>F-score at 1 % of the size</source>
      <translation>F-Maß bei 1 % der Größe</translation>
    </message>
    <message>
      <source>FIT TO THE WORDS</source>
      <translation>TREUE ZU DEN WORTEN</translation>
    </message>
    <message>
      <source>Face mask</source>
      <translation>Gesichtsmaske</translation>
    </message>
    <message>
      <source>Faces</source>
      <translation>Flächen</translation>
    </message>
    <message>
      <source>Facets</source>
      <translation>Facetten</translation>
    </message>
    <message>
      <source>Fade clip</source>
      <translation>Clip blenden</translation>
    </message>
    <message>
      <source>Fade in</source>
      <translation>Einblenden</translation>
    </message>
    <message>
      <source>Fade out</source>
      <translation>Ausblenden</translation>
    </message>
    <message>
      <source>Fade the clip</source>
      <translation>Clip blenden</translation>
    </message>
    <message>
      <source>Farther</source>
      <translation>Weiter weg</translation>
    </message>
    <message>
      <source>Favourite</source>
      <translation>Favorit</translation>
    </message>
    <message>
      <source>Favourites only</source>
      <translation>Nur Favoriten</translation>
    </message>
    <message>
      <source>Features</source>
      <translation>Merkmale</translation>
    </message>
    <message>
      <source>Fiddle</source>
      <translation>Fiddle</translation>
    </message>
    <message>
      <source>Field</source>
      <translation>Sichtfeld</translation>
    </message>
    <message>
      <source>Field of view</source>
      <translation>Sichtfeld</translation>
    </message>
    <message>
      <source>Figure</source>
      <translation>Wert</translation>
    </message>
    <message>
      <source>Figure %1 of %2</source>
      <translation>Figur %1 von %2</translation>
    </message>
    <message>
      <source>Figures</source>
      <translation>Figuren</translation>
    </message>
    <message>
      <source>File</source>
      <translation>Datei</translation>
    </message>
    <message>
      <source>Files</source>
      <translation>Dateien</translation>
    </message>
    <message>
      <source>Files …</source>
      <translation>Dateien …</translation>
    </message>
    <message>
      <source>Fill</source>
      <translation>Füllen</translation>
    </message>
    <message>
      <source>Fill the new part</source>
      <translation>Den neuen Teil füllen</translation>
    </message>
    <message>
      <source>Film</source>
      <translation>Film</translation>
    </message>
    <message>
      <source>Films</source>
      <translation>Filmt</translation>
    </message>
    <message>
      <source>Films a mesh on a camera path: turntables that loop, and clips of its depth, normals or edges.</source>
      <translation>Filmt ein Netz auf einer Kamerabahn: Drehteller in Schleife und Clips von Tiefe, Normalen oder Kanten.</translation>
    </message>
    <message>
      <source>Filmstrip of the steps</source>
      <translation>Filmstreifen der Schritte</translation>
    </message>
    <message>
      <source>Final</source>
      <translation>Endfassung</translation>
    </message>
    <message>
      <source>Find</source>
      <translation>Finden</translation>
    </message>
    <message>
      <source>Finest</source>
      <translation>Feinstes Fenster</translation>
    </message>
    <message>
      <source>Finishing</source>
      <translation>Wird fertig</translation>
    </message>
    <message>
      <source>First frame</source>
      <translation>Erstes Bild</translation>
    </message>
    <message>
      <source>First step (Home)</source>
      <translation>Erster Schritt (Pos1)</translation>
    </message>
    <message>
      <source>First step, result</source>
      <translation>Erster Schritt, Ergebnis</translation>
    </message>
    <message>
      <source>Fit</source>
      <translation>Einpassen</translation>
    </message>
    <message>
      <source>Fit everything</source>
      <translation>Alles einpassen</translation>
    </message>
    <message>
      <source>Fit the curve, or the chosen keys</source>
      <translation>Kurve oder gewählte Punkte einpassen</translation>
    </message>
    <message>
      <source>Fit the run (0)</source>
      <translation>Lauf einpassen (0)</translation>
    </message>
    <message>
      <source>Fit the selection</source>
      <translation>Auswahl einpassen</translation>
    </message>
    <message>
      <source>Fit the window</source>
      <translation>Ins Fenster einpassen</translation>
    </message>
    <message>
      <source>Fitted</source>
      <translation>Angepasst</translation>
    </message>
    <message>
      <source>Fitted to small distortions of small patches; AlexNet's and VGG's figures are not comparable.</source>
      <translation>Auf kleine Störungen kleiner Ausschnitte abgestimmt; Werte von AlexNet und VGG sind nicht vergleichbar.</translation>
    </message>
    <message>
      <source>Fixed</source>
      <translation>Fest</translation>
    </message>
    <message>
      <source>Flat</source>
      <translation>Flach</translation>
    </message>
    <message>
      <source>Flicker</source>
      <translation>Flackern</translation>
    </message>
    <message>
      <source>Float %1, or dock it again</source>
      <translation>%1 ablösen oder wieder andocken</translation>
    </message>
    <message>
      <source>Flow</source>
      <translation>Fluss</translation>
    </message>
    <message>
      <source>Flow matching</source>
      <translation>Flow Matching</translation>
    </message>
    <message>
      <source>Flute</source>
      <translation>Flöte</translation>
    </message>
    <message>
      <source>Folded</source>
      <translation>Zugeklappt</translation>
    </message>
    <message>
      <source>Folder</source>
      <translation>Ordner</translation>
    </message>
    <message>
      <source>Folder of the set</source>
      <translation>Ordner des Satzes</translation>
    </message>
    <message>
      <source>Folders (%1)</source>
      <translation>Ordner (%1)</translation>
    </message>
    <message>
      <source>Folders of engines</source>
      <translation>Ordner mit Maschinen</translation>
    </message>
    <message>
      <source>Follow</source>
      <translation>Folgen</translation>
    </message>
    <message>
      <source>Follow the running job</source>
      <translation>Dem laufenden Auftrag folgen</translation>
    </message>
    <message>
      <source>Followed at every frame</source>
      <translation>Wird bei jedem Bild befolgt</translation>
    </message>
    <message>
      <source>Followed step by step while it is made</source>
      <translation>Wird beim Erzeugen Schritt für Schritt befolgt</translation>
    </message>
    <message>
      <source>Followed window by window</source>
      <translation>Wird Fenster für Fenster befolgt</translation>
    </message>
    <message>
      <source>Font</source>
      <translation>Schrift</translation>
    </message>
    <message>
      <source>Font of the title</source>
      <translation>Schrift des Titels</translation>
    </message>
    <message>
      <source>For other editors</source>
      <translation>Für andere Schnittprogramme</translation>
    </message>
    <message>
      <source>For printing, without colours. </source>
      <translation>Zum Drucken, ohne Farben. </translation>
    </message>
    <message>
      <source>For web pages.</source>
      <translation>Für Webseiten.</translation>
    </message>
    <message>
      <source>For web pages. </source>
      <translation>Für Webseiten. </translation>
    </message>
    <message>
      <source>Forecast</source>
      <translation>Voraussage</translation>
    </message>
    <message>
      <source>Form</source>
      <translation>Form</translation>
    </message>
    <message>
      <source>Format</source>
      <translation>Format</translation>
    </message>
    <message>
      <source>Forward</source>
      <translation>Vorwärts</translation>
    </message>
    <message>
      <source>Fps</source>
      <translation>Bilder/s</translation>
    </message>
    <message>
      <source>Frame</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Frame of the picture</source>
      <translation>Rahmen des Bildes</translation>
    </message>
    <message>
      <source>Frames</source>
      <translation>Bilder</translation>
    </message>
    <message>
      <source>Frames a second</source>
      <translation>Bilder je Sekunde</translation>
    </message>
    <message>
      <source>Frames a second.</source>
      <translation>Bilder je Sekunde.</translation>
    </message>
    <message>
      <source>Frames a second; the motion between them is interpolated.</source>
      <translation>Bilder pro Sekunde; die Bewegung dazwischen wird interpoliert.</translation>
    </message>
    <message>
      <source>Frechet audio distance</source>
      <translation>Fréchet-Audioabstand</translation>
    </message>
    <message>
      <source>Frechet distance</source>
      <translation>Fréchet-Abstand</translation>
    </message>
    <message>
      <source>Frechet video distance, on features of frames</source>
      <translation>Fréchet-Videoabstand, auf Merkmalen der Bilder</translation>
    </message>
    <message>
      <source>Free</source>
      <translation>Frei</translation>
    </message>
    <message>
      <source>Fringe</source>
      <translation>Pony</translation>
    </message>
    <message>
      <source>From %1 to %2</source>
      <translation>Von %1 bis %2</translation>
    </message>
    <message>
      <source>From above</source>
      <translation>Von oben</translation>
    </message>
    <message>
      <source>From bar</source>
      <translation>Ab Takt</translation>
    </message>
    <message>
      <source>From how far above it is seen.</source>
      <translation>Von wie weit oben man es sieht.</translation>
    </message>
    <message>
      <source>From the front</source>
      <translation>Von vorn</translation>
    </message>
    <message>
      <source>From the other side</source>
      <translation>Von der anderen Seite</translation>
    </message>
    <message>
      <source>From the side</source>
      <translation>Von der Seite</translation>
    </message>
    <message>
      <source>From the start</source>
      <translation>Von Anfang an</translation>
    </message>
    <message>
      <source>From where it is seen, round it.</source>
      <translation>Von wo man es sieht, ringsherum.</translation>
    </message>
    <message>
      <source>Full</source>
      <translation>Voll</translation>
    </message>
    <message>
      <source>Furniture and objects from words: closed, coloured meshes in metres.</source>
      <translation>Möbel und Gegenstände aus Worten: geschlossene, farbige Netze in Metern.</translation>
    </message>
    <message>
      <source>Further options of it, such as: style=flat, sampler=heun.</source>
      <translation>Weitere Optionen davon, etwa: style=flat, sampler=heun.</translation>
    </message>
    <message>
      <source>G</source>
      <translation>G</translation>
    </message>
    <message>
      <source>GAN</source>
      <translation>GAN</translation>
    </message>
    <message>
      <source>Gain</source>
      <translation>Pegel</translation>
    </message>
    <message>
      <source>Gain %1 dB</source>
      <translation>Pegel %1 dB</translation>
    </message>
    <message>
      <source>Gain of the difference</source>
      <translation>Verstärkung des Unterschieds</translation>
    </message>
    <message>
      <source>Gain of the track</source>
      <translation>Pegel der Spur</translation>
    </message>
    <message>
      <source>Gallery folder</source>
      <translation>Galerieordner</translation>
    </message>
    <message>
      <source>Gap</source>
      <translation>Lücke</translation>
    </message>
    <message>
      <source>Gap-toothed</source>
      <translation>Zahnlücke</translation>
    </message>
    <message>
      <source>Generate</source>
      <translation>Erzeugen</translation>
    </message>
    <message>
      <source>Generate %1</source>
      <translation>%1 erzeugen</translation>
    </message>
    <message>
      <source>Gentle</source>
      <translation>Sanft</translation>
    </message>
    <message>
      <source>Get from the hub</source>
      <translation>Vom Hub holen</translation>
    </message>
    <message>
      <source>Get from the hub …</source>
      <translation>Vom Hub holen …</translation>
    </message>
    <message>
      <source>Get it</source>
      <translation>Holen</translation>
    </message>
    <message>
      <source>Get one from the hub …</source>
      <translation>Eins vom Hub holen …</translation>
    </message>
    <message>
      <source>Ginger</source>
      <translation>Rotblond</translation>
    </message>
    <message>
      <source>Give stars</source>
      <translation>Sterne geben</translation>
    </message>
    <message>
      <source>Give the take stars</source>
      <translation>Der Fassung Sterne geben</translation>
    </message>
    <message>
      <source>Glasses</source>
      <translation>Brille</translation>
    </message>
    <message>
      <source>Glockenspiel</source>
      <translation>Glockenspiel</translation>
    </message>
    <message>
      <source>Go</source>
      <translation>Los</translation>
    </message>
    <message>
      <source>Go on</source>
      <translation>Weiter</translation>
    </message>
    <message>
      <source>Go on (Space)</source>
      <translation>Weiter (Leertaste)</translation>
    </message>
    <message>
      <source>Go on from here as things are set (B)</source>
      <translation>Von hier mit den jetzigen Einstellungen weiter (B)</translation>
    </message>
    <message>
      <source>Go on from this step with the settings as they are now (B)</source>
      <translation>Von diesem Schritt mit den jetzigen Einstellungen weiter (B)</translation>
    </message>
    <message>
      <source>Go on from where it was paused</source>
      <translation>Weiter, wo angehalten wurde</translation>
    </message>
    <message>
      <source>Go over to the other</source>
      <translation>Zum anderen wechseln</translation>
    </message>
    <message>
      <source>Go to %1</source>
      <translation>Gehe zu: %1</translation>
    </message>
    <message>
      <source>Golden</source>
      <translation>Golden</translation>
    </message>
    <message>
      <source>Good</source>
      <translation>Gut</translation>
    </message>
    <message>
      <source>Grass</source>
      <translation>Gras</translation>
    </message>
    <message>
      <source>Grey</source>
      <translation>Grau</translation>
    </message>
    <message>
      <source>Grid</source>
      <translation>Raster</translation>
    </message>
    <message>
      <source>Grid by zoom</source>
      <translation>Raster nach Zoom</translation>
    </message>
    <message>
      <source>Grid …</source>
      <translation>Raster …</translation>
    </message>
    <message>
      <source>Grin</source>
      <translation>Grinsen</translation>
    </message>
    <message>
      <source>Ground of the title</source>
      <translation>Grund des Titels</translation>
    </message>
    <message>
      <source>Grows with the count; sees only what the features see.</source>
      <translation>Wächst mit der Anzahl; sieht nur, was die Merkmale sehen.</translation>
    </message>
    <message>
      <source>Guidance</source>
      <translation>Führung</translation>
    </message>
    <message>
      <source>Guide from</source>
      <translation>Führen ab</translation>
    </message>
    <message>
      <source>Guide only above this noise level.</source>
      <translation>Nur oberhalb dieses Rauschpegels führen.</translation>
    </message>
    <message>
      <source>Guide only below this noise level.</source>
      <translation>Nur unterhalb dieses Rauschpegels führen.</translation>
    </message>
    <message>
      <source>Guide to</source>
      <translation>Führen bis</translation>
    </message>
    <message>
      <source>Guides</source>
      <translation>Hilfslinien</translation>
    </message>
    <message>
      <source>Guitar</source>
      <translation>Gitarre</translation>
    </message>
    <message>
      <source>Hair</source>
      <translation>Haar</translation>
    </message>
    <message>
      <source>Hair colour</source>
      <translation>Haarfarbe</translation>
    </message>
    <message>
      <source>Hair light</source>
      <translation>Helligkeit des Haars</translation>
    </message>
    <message>
      <source>Hair long</source>
      <translation>Länge des Haars</translation>
    </message>
    <message>
      <source>Hair warm</source>
      <translation>Wärme des Haars</translation>
    </message>
    <message>
      <source>Half</source>
      <translation>Halb</translation>
    </message>
    <message>
      <source>Half a second back</source>
      <translation>Eine halbe Sekunde zurück</translation>
    </message>
    <message>
      <source>Half a second on</source>
      <translation>Eine halbe Sekunde vor</translation>
    </message>
    <message>
      <source>Half as large, plays on newer machines.</source>
      <translation>Halb so groß, läuft auf neueren Geräten.</translation>
    </message>
    <message>
      <source>Half beats</source>
      <translation>Halbe Schläge</translation>
    </message>
    <message>
      <source>Half shaved</source>
      <translation>Halb rasiert</translation>
    </message>
    <message>
      <source>Harder brush</source>
      <translation>Härterer Pinsel</translation>
    </message>
    <message>
      <source>Hardness of the brush</source>
      <translation>Härte des Pinsels</translation>
    </message>
    <message>
      <source>Harmonise</source>
      <translation>Harmonisieren</translation>
    </message>
    <message>
      <source>Harp</source>
      <translation>Harfe</translation>
    </message>
    <message>
      <source>Harpsichord</source>
      <translation>Cembalo</translation>
    </message>
    <message>
      <source>Hear A</source>
      <translation>A hören</translation>
    </message>
    <message>
      <source>Hear B</source>
      <translation>B hören</translation>
    </message>
    <message>
      <source>Hear it</source>
      <translation>Anhören</translation>
    </message>
    <message>
      <source>Hear the other side</source>
      <translation>Andere Seite hören</translation>
    </message>
    <message>
      <source>Hear the sound while scrubbing</source>
      <translation>Ton beim Ziehen hören</translation>
    </message>
    <message>
      <source>Hears major and minor only, and gives noise a key too; a wrong guess may be the ear's.</source>
      <translation>Hört nur Dur und Moll und gibt auch Rauschen eine Tonart; ein Fehler kann am Gehör liegen.</translation>
    </message>
    <message>
      <source>Height</source>
      <translation>Höhe</translation>
    </message>
    <message>
      <source>Height of the track</source>
      <translation>Höhe der Spur</translation>
    </message>
    <message>
      <source>Held-out data</source>
      <translation>Zurückgehaltene Daten</translation>
    </message>
    <message>
      <source>Heun</source>
      <translation>Heun</translation>
    </message>
    <message>
      <source>Hexagon tiles</source>
      <translation>Sechseckfliesen</translation>
    </message>
    <message>
      <source>Hide %1</source>
      <translation>%1 verbergen</translation>
    </message>
    <message>
      <source>Hide a joint</source>
      <translation>Ein Gelenk ausblenden</translation>
    </message>
    <message>
      <source>Hide its curves</source>
      <translation>Ihre Kurven verbergen</translation>
    </message>
    <message>
      <source>Hide the joint, or take the figure away</source>
      <translation>Das Gelenk ausblenden oder die Figur wegnehmen</translation>
    </message>
    <message>
      <source>High band</source>
      <translation>Hohes Band</translation>
    </message>
    <message>
      <source>Hint</source>
      <translation>Hinweis</translation>
    </message>
    <message>
      <source>Hip hop</source>
      <translation>Hip-Hop</translation>
    </message>
    <message>
      <source>Histogram</source>
      <translation>Histogramm</translation>
    </message>
    <message>
      <source>History</source>
      <translation>Verlauf</translation>
    </message>
    <message>
      <source>Hold</source>
      <translation>Halten</translation>
    </message>
    <message>
      <source>Hold by</source>
      <translation>Halten durch</translation>
    </message>
    <message>
      <source>Hold for the other</source>
      <translation>Anderes zeigen</translation>
    </message>
    <message>
      <source>Hold the queue</source>
      <translation>Warteschlange anhalten</translation>
    </message>
    <message>
      <source>Home  End</source>
      <translation>Pos1  Ende</translation>
    </message>
    <message>
      <source>Horn</source>
      <translation>Horn</translation>
    </message>
    <message>
      <source>Hornpipe</source>
      <translation>Hornpipe</translation>
    </message>
    <message>
      <source>House</source>
      <translation>House</translation>
    </message>
    <message>
      <source>How</source>
      <translation>Wie</translation>
    </message>
    <message>
      <source>How adventurous: 0 takes the likeliest pixel.</source>
      <translation>Wie wagemutig: 0 nimmt das wahrscheinlichste Pixel.</translation>
    </message>
    <message>
      <source>How adventurous: 0 takes the likeliest.</source>
      <translation>Wie abenteuerlich: 0 nimmt das Wahrscheinlichste.</translation>
    </message>
    <message>
      <source>How adventurous: below 1 is cleaner, 0 is without chance.</source>
      <translation>Wie wagemutig: unter 1 ist sauberer, 0 ist ohne Zufall.</translation>
    </message>
    <message>
      <source>How closely it follows the words (CFG); 1 is the model itself.</source>
      <translation>Wie genau es den Worten folgt (CFG); 1 ist das Modell selbst.</translation>
    </message>
    <message>
      <source>How closely the motion follows the words (CFG).</source>
      <translation>Wie genau die Bewegung den Worten folgt (CFG).</translation>
    </message>
    <message>
      <source>How closely the picture follows the words (CFG).</source>
      <translation>Wie eng das Bild den Worten folgt (CFG).</translation>
    </message>
    <message>
      <source>How closely the shape follows the words (CFG).</source>
      <translation>Wie genau die Form den Worten folgt (CFG).</translation>
    </message>
    <message>
      <source>How closely the sound follows the words (CFG).</source>
      <translation>Wie genau der Klang den Worten folgt (CFG).</translation>
    </message>
    <message>
      <source>How closely the sprite follows the words (CFG).</source>
      <translation>Wie genau das Sprite den Worten folgt (CFG).</translation>
    </message>
    <message>
      <source>How closely the tile follows the words (CFG).</source>
      <translation>Wie genau die Kachel den Worten folgt (CFG).</translation>
    </message>
    <message>
      <source>How dark the skin is.</source>
      <translation>Wie dunkel die Haut ist.</translation>
    </message>
    <message>
      <source>How deep that is.</source>
      <translation>Wie tief das ist.</translation>
    </message>
    <message>
      <source>How different two pictures look to people, as a network fitted to their judgements has it.</source>
      <translation>Wie verschieden zwei Bilder auf Menschen wirken, nach einem Netz, das an ihren Urteilen gelernt hat.</translation>
    </message>
    <message>
      <source>How exactly pictures repeat the real ones of the same names, pixel by pixel.</source>
      <translation>Wie genau Bilder die echten gleichen Namens wiederholen, Pixel für Pixel.</translation>
    </message>
    <message>
      <source>How far a place must stand out to be mended.</source>
      <translation>Wie weit eine Stelle herausragen muss, um ausgebessert zu werden.</translation>
    </message>
    <message>
      <source>How far away things are guessed to be, for moves in space.</source>
      <translation>Wie weit weg Dinge vermutet werden, für Fahrten im Raum.</translation>
    </message>
    <message>
      <source>How far away; at 1 all of it is seen.</source>
      <translation>Wie weit weg; bei 1 sieht man alles.</translation>
    </message>
    <message>
      <source>How far colours are held to the first frame's.</source>
      <translation>Wie sehr die Farben beim ersten Bild gehalten werden.</translation>
    </message>
    <message>
      <source>How far each drawn frame may leave the one before.</source>
      <translation>Wie weit sich jedes gezeichnete Bild vom vorigen entfernen darf.</translation>
    </message>
    <message>
      <source>How far from A to B; drawn as a curve, the steps walk along it.</source>
      <translation>Wie weit von A nach B; als Kurve gezeichnet, gehen die Schritte ihr entlang.</translation>
    </message>
    <message>
      <source>How far it may leave it</source>
      <translation>Wie weit es davon abweichen darf</translation>
    </message>
    <message>
      <source>How far length, brightness and pitch wander with the seed.</source>
      <translation>Wie weit Länge, Helligkeit und Tonhöhe mit dem Seed wandern.</translation>
    </message>
    <message>
      <source>How far made clips as a whole are from the real ones, by what their frames show.</source>
      <translation>Wie weit die erzeugten Clips im Ganzen von den echten entfernt sind, nach dem, was ihre Bilder zeigen.</translation>
    </message>
    <message>
      <source>How far made sounds as a whole are from the real ones: quality and variety in one figure.</source>
      <translation>Wie weit die erzeugten Klänge im Ganzen von den echten entfernt sind: Qualität und Vielfalt in einem Wert.</translation>
    </message>
    <message>
      <source>How far motions of other seeds differ; low is calm and typical.</source>
      <translation>Wie sehr sich Bewegungen anderer Startwerte unterscheiden; niedrig ist ruhig und typisch.</translation>
    </message>
    <message>
      <source>How far shades, tilt and place of the head stray with the seed.</source>
      <translation>Wie weit Farbtöne, Neigung und Ort des Kopfes mit dem Seed abweichen.</translation>
    </message>
    <message>
      <source>How far surfaces are from the real ones of the same names, and how alike they face.</source>
      <translation>Wie weit Oberflächen von den echten gleichen Namens entfernt sind und wie ähnlich sie ausgerichtet sind.</translation>
    </message>
    <message>
      <source>How far the clip is</source>
      <translation>Wie weit der Clip ist</translation>
    </message>
    <message>
      <source>How far the export is</source>
      <translation>Wie weit der Export ist</translation>
    </message>
    <message>
      <source>How far the folders are looked through</source>
      <translation>Wie weit die Ordner durchgesehen sind</translation>
    </message>
    <message>
      <source>How far the made pictures as a whole are from the real ones: quality and variety in one figure.</source>
      <translation>Wie weit die erzeugten Bilder im Ganzen von den echten entfernt sind: Qualität und Vielfalt in einem Wert.</translation>
    </message>
    <message>
      <source>How far the new part fades into the picture</source>
      <translation>Wie weit der neue Teil ins Bild ausläuft</translation>
    </message>
    <message>
      <source>How far the result may leave the start: 0 keeps it, 1 forgets it.</source>
      <translation>Wie weit sich das Ergebnis vom Start entfernen darf: 0 behält ihn, 1 vergisst ihn.</translation>
    </message>
    <message>
      <source>How far the seed's faces stray from the middle of all faces.</source>
      <translation>Wie weit die Gesichter des Seeds von der Mitte aller Gesichter abweichen.</translation>
    </message>
    <message>
      <source>How far the spectra of sounds are from those of the real ones of the same names, coarse and fine.</source>
      <translation>Wie weit die Spektren der Klänge von denen der echten gleichen Namens entfernt sind, grob und fein.</translation>
    </message>
    <message>
      <source>How good is it?</source>
      <translation>Wie gut ist es?</translation>
    </message>
    <message>
      <source>How high the shape stands; 0: as high as such a thing is.</source>
      <translation>Wie hoch die Form ist; 0: so hoch, wie so etwas ist.</translation>
    </message>
    <message>
      <source>How it is asked</source>
      <translation>Wie gefragt wird</translation>
    </message>
    <message>
      <source>How it is played.</source>
      <translation>Wie es gespielt wird.</translation>
    </message>
    <message>
      <source>How it is shown and heard</source>
      <translation>Wie es gezeigt und gehört wird</translation>
    </message>
    <message>
      <source>How large the motion is; 1 is as the words say.</source>
      <translation>Wie groß die Bewegung ist; 1 ist, wie die Worte sagen.</translation>
    </message>
    <message>
      <source>How loud sounds are to people, over their whole length.</source>
      <translation>Wie laut Klänge für Menschen sind, über ihre ganze Länge.</translation>
    </message>
    <message>
      <source>How many Langevin steps, each at its own noise level.</source>
      <translation>Wie viele Langevin-Schritte, jeder mit eigener Rauschstärke.</translation>
    </message>
    <message>
      <source>How many are drawn side by side; the one that image/match finds nearest the words is kept.</source>
      <translation>Wie viele nebeneinander gezeichnet werden; behalten wird, was image/match den Worten am nächsten findet.</translation>
    </message>
    <message>
      <source>How many bars to write; 0 is as prompted, else 16.</source>
      <translation>Wie viele Takte; 0 heißt wie im Prompt, sonst 16.</translation>
    </message>
    <message>
      <source>How many bits a model that knows likelihoods needs for each number of a picture.</source>
      <translation>Wie viele Bit ein Modell mit Wahrscheinlichkeiten für jede Zahl eines Bildes braucht.</translation>
    </message>
    <message>
      <source>How many bits a model that knows likelihoods needs for each sample of a sound.</source>
      <translation>Wie viele Bit ein Modell mit Wahrscheinlichkeiten für jedes Sample eines Klangs braucht.</translation>
    </message>
    <message>
      <source>How many colours a sprite may have.</source>
      <translation>Wie viele Farben ein Sprite haben darf.</translation>
    </message>
    <message>
      <source>How many different pictures there are among the made ones: 1 when all are the same.</source>
      <translation>Wie viele verschiedene Bilder unter den erzeugten sind: 1, wenn alle gleich sind.</translation>
    </message>
    <message>
      <source>How many jumps from noise to picture, with fresh noise between.</source>
      <translation>Wie viele Sprünge vom Rauschen zum Bild, dazwischen frisches Rauschen.</translation>
    </message>
    <message>
      <source>How many noise levels from noise to tile.</source>
      <translation>Wie viele Rauschstufen vom Rauschen zur Kachel.</translation>
    </message>
    <message>
      <source>How many pictures the way from the mean face has.</source>
      <translation>Wie viele Bilder der Weg vom mittleren Gesicht hat.</translation>
    </message>
    <message>
      <source>How many results, with seeds one apart.</source>
      <translation>Wie viele Ergebnisse, mit fortlaufenden Seeds.</translation>
    </message>
    <message>
      <source>How many seeds further the noise has gone, from one to the next.</source>
      <translation>Um wie viele Startwerte das Rauschen weitergewandert ist, von einem zum nächsten.</translation>
    </message>
    <message>
      <source>How many sizes of window, from the whole picture down.</source>
      <translation>Wie viele Fenstergrößen, vom ganzen Bild abwärts.</translation>
    </message>
    <message>
      <source>How many steps from noise to motion.</source>
      <translation>Wie viele Schritte vom Rauschen zur Bewegung.</translation>
    </message>
    <message>
      <source>How many steps from noise to picture.</source>
      <translation>Wie viele Schritte vom Rauschen zum Bild.</translation>
    </message>
    <message>
      <source>How many steps from noise to shape.</source>
      <translation>Wie viele Schritte vom Rauschen zur Form.</translation>
    </message>
    <message>
      <source>How many steps from noise to sound.</source>
      <translation>Wie viele Schritte vom Rauschen zum Klang.</translation>
    </message>
    <message>
      <source>How many steps from noise to sprite.</source>
      <translation>Wie viele Schritte vom Rauschen zum Sprite.</translation>
    </message>
    <message>
      <source>How many times</source>
      <translation>Wievielmal</translation>
    </message>
    <message>
      <source>How many times the difference is made stronger, to be seen</source>
      <translation>Wievielmal der Unterschied verstärkt wird, damit man ihn sieht</translation>
    </message>
    <message>
      <source>How many words to name that fit the picture best.</source>
      <translation>Wie viele Wörter genannt werden, die am besten zum Bild passen.</translation>
    </message>
    <message>
      <source>How much chance is in a step: 0 goes straight downhill (but 1 is meant when it dreams).</source>
      <translation>Wie viel Zufall in einem Schritt ist: 0 geht geradewegs bergab (beim Träumen ist aber 1 gemeint).</translation>
    </message>
    <message>
      <source>How much is answered</source>
      <translation>Wie viel beantwortet ist</translation>
    </message>
    <message>
      <source>How much of the frame's side the picture takes.</source>
      <translation>Wie viel von der Seite des Rahmens das Bild einnimmt.</translation>
    </message>
    <message>
      <source>How much of the model is there</source>
      <translation>Wie viel vom Modell da ist</translation>
    </message>
    <message>
      <source>How much of the start to keep before going on; 0 keeps all.</source>
      <translation>Wie viel vom Start vor dem Fortsetzen bleibt; 0 behält alles.</translation>
    </message>
    <message>
      <source>How much they differ</source>
      <translation>Wie sehr sie sich unterscheiden</translation>
    </message>
    <message>
      <source>How near the most alike real picture is: whether pictures are copies of what was learnt from.</source>
      <translation>Wie nah das ähnlichste echte Bild ist: ob Bilder Kopien dessen sind, woraus gelernt wurde.</translation>
    </message>
    <message>
      <source>How noise becomes motion.</source>
      <translation>Wie aus Rauschen Bewegung wird.</translation>
    </message>
    <message>
      <source>How noise becomes picture.</source>
      <translation>Wie aus Rauschen ein Bild wird.</translation>
    </message>
    <message>
      <source>How noise becomes shape.</source>
      <translation>Wie aus Rauschen Form wird.</translation>
    </message>
    <message>
      <source>How noise becomes sound.</source>
      <translation>Wie aus Rauschen Klang wird.</translation>
    </message>
    <message>
      <source>How noise becomes sprite.</source>
      <translation>Wie aus Rauschen ein Sprite wird.</translation>
    </message>
    <message>
      <source>How often a drawn face goes through encoder and decoder: 0 is as it fell, more is crisper.</source>
      <translation>Wie oft ein gezogenes Gesicht durch Encoder und Decoder geht: 0 lässt es, wie es fiel, mehr ist schärfer.</translation>
    </message>
    <message>
      <source>How often “%1” is chosen over each other one, and 95 % bounds</source>
      <translation>Wie oft „%1“ den anderen vorgezogen wird, mit 95-%-Grenzen</translation>
    </message>
    <message>
      <source>How quick the motion is; 1 is as the words say.</source>
      <translation>Wie schnell die Bewegung ist; 1 ist, wie die Worte sagen.</translation>
    </message>
    <message>
      <source>How strongly the heat map covers the picture: 0 is the picture, 1 the map alone.</source>
      <translation>Wie stark die Wärmekarte das Bild überdeckt: 0 ist das Bild, 1 nur die Karte.</translation>
    </message>
    <message>
      <source>How the chosen keys go on</source>
      <translation>Wie die gewählten Punkte weitergehen</translation>
    </message>
    <message>
      <source>How the clip is shown and played</source>
      <translation>Wie der Clip gezeigt und gespielt wird</translation>
    </message>
    <message>
      <source>How the hair is cut; 'any' leaves it to the prompt and the seed.</source>
      <translation>Wie das Haar geschnitten ist; „beliebig“ überlässt es Prompt und Seed.</translation>
    </message>
    <message>
      <source>How the map is made</source>
      <translation>Wie die Karte gemacht wird</translation>
    </message>
    <message>
      <source>How the reverse SDE is solved from level to level.</source>
      <translation>Wie die Rückwärts-SDE von Stufe zu Stufe gelöst wird.</translation>
    </message>
    <message>
      <source>How the sound is shown and played</source>
      <translation>Wie der Klang gezeigt und gespielt wird</translation>
    </message>
    <message>
      <source>How well a surface, seen from four sides, shows what its prompt says.</source>
      <translation>Wie gut eine Oberfläche, von vier Seiten gesehen, zeigt, was ihr Prompt sagt.</translation>
    </message>
    <message>
      <source>How well each picture shows what its prompt says, and whether the prompt can be told from the picture.</source>
      <translation>Wie gut jedes Bild zeigt, was sein Prompt sagt, und ob sich der Prompt am Bild erkennen lässt.</translation>
    </message>
    <message>
      <source>How well each sound is what its prompt says, and whether the prompt can be told from the sound.</source>
      <translation>Wie gut jeder Klang ist, was sein Prompt sagt, und ob sich der Prompt am Klang erkennen lässt.</translation>
    </message>
    <message>
      <source>IN BLOCKS</source>
      <translation>IN BLÖCKEN</translation>
    </message>
    <message>
      <source>IP adapter</source>
      <translation>IP-Adapter</translation>
    </message>
    <message>
      <source>Ice</source>
      <translation>Eis</translation>
    </message>
    <message>
      <source>Image</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Image encoder</source>
      <translation>Bildkodierer</translation>
    </message>
    <message>
      <source>Image engine</source>
      <translation>Bild-Engine</translation>
    </message>
    <message>
      <source>Image to image</source>
      <translation>Bild zu Bild</translation>
    </message>
    <message>
      <source>Import an edit</source>
      <translation>Schnitt importieren</translation>
    </message>
    <message>
      <source>Import an edit …</source>
      <translation>Schnitt importieren …</translation>
    </message>
    <message>
      <source>In LUFS; says nothing of what is louder when. Less than 0.4 s counts as silent; 'spread' is the deviation.</source>
      <translation>In LUFS; sagt nicht, was wann lauter ist. Weniger als 0,4 s gelten als still; „spread“ ist die Abweichung.</translation>
    </message>
    <message>
      <source>In how many parts it is shown while it is written.</source>
      <translation>In wie vielen Teilen es beim Schreiben gezeigt wird.</translation>
    </message>
    <message>
      <source>In its place</source>
      <translation>An seiner Stelle</translation>
    </message>
    <message>
      <source>In key</source>
      <translation>In der Tonart</translation>
    </message>
    <message>
      <source>In the %1 steps that both keep they never part.</source>
      <translation>In den %1 Schritten, die beide aufbewahren, trennen sie sich nie.</translation>
    </message>
    <message>
      <source>In the queue</source>
      <translation>In der Warteschlange</translation>
    </message>
    <message>
      <source>Inception score, by the classes of the features</source>
      <translation>Inception-Score, nach den Klassen der Merkmale</translation>
    </message>
    <message>
      <source>Inception-v3 after bilinear resizing with antialiasing; comparable with torchmetrics' default FID only</source>
      <translation>Inception-v3 nach bilinearem Skalieren mit Kantenglättung; nur mit der Standard-FID von torchmetrics vergleichbar</translation>
    </message>
    <message>
      <source>Inception-v3 after clean resizing; comparable with 'clean' FIDs (Parmar et al.) only</source>
      <translation>Inception-v3 nach sauberem Skalieren; nur mit „clean“ FIDs (Parmar et al.) vergleichbar</translation>
    </message>
    <message>
      <source>Inception-v3, resized as TensorFlow 1 did; comparable with FIDs of torch-fidelity and pytorch-fid</source>
      <translation>Inception-v3, skaliert wie in TensorFlow 1; vergleichbar mit FIDs von torch-fidelity und pytorch-fid</translation>
    </message>
    <message>
      <source>Infill</source>
      <translation>Auffüllen</translation>
    </message>
    <message>
      <source>Input</source>
      <translation>Eingang</translation>
    </message>
    <message>
      <source>Input level</source>
      <translation>Eingangspegel</translation>
    </message>
    <message>
      <source>Ins  Del</source>
      <translation>Einfg  Entf</translation>
    </message>
    <message>
      <source>Inspector</source>
      <translation>Eigenschaften</translation>
    </message>
    <message>
      <source>Instant drawn faces: hair, colours, eyes, mouth and what is worn, by choice, word or chance.</source>
      <translation>Sofort gezeichnete Gesichter: Haar, Farben, Augen, Mund und Getragenes, nach Wahl, Wort oder Zufall.</translation>
    </message>
    <message>
      <source>Instrument</source>
      <translation>Instrument</translation>
    </message>
    <message>
      <source>Into the picture, in shares of the distance a second.</source>
      <translation>Ins Bild hinein, in Anteilen der Entfernung je Sekunde.</translation>
    </message>
    <message>
      <source>Invert</source>
      <translation>Umkehren</translation>
    </message>
    <message>
      <source>It has gone</source>
      <translation>Es ist nicht mehr da</translation>
    </message>
    <message>
      <source>It is followed at every frame.</source>
      <translation>Wird bei jedem Bild befolgt.</translation>
    </message>
    <message>
      <source>It is there and whole; the list of models shows it.</source>
      <translation>Es ist vollständig da; die Liste der Modelle zeigt es.</translation>
    </message>
    <message>
      <source>It lies %1 of the way from held-out data to noise.</source>
      <translation>Es liegt bei %1 des Weges von zurückgehaltenen Daten zum Rauschen.</translation>
    </message>
    <message>
      <source>It moves over what is drawn; or what comes into its view is drawn too, which suits scenes.</source>
      <translation>Sie fährt über das Gezeichnete; oder was ins Bild kommt, wird mitgezeichnet, was Szenen liegt.</translation>
    </message>
    <message>
      <source>Its</source>
      <translation>Sein</translation>
    </message>
    <message>
      <source>Its first frame</source>
      <translation>Sein erstes Bild</translation>
    </message>
    <message>
      <source>Its guidance; 0: its usual one.</source>
      <translation>Ihre Führung; 0: die übliche.</translation>
    </message>
    <message>
      <source>Its last frame</source>
      <translation>Sein letztes Bild</translation>
    </message>
    <message>
      <source>Jig</source>
      <translation>Jig</translation>
    </message>
    <message>
      <source>Job menu</source>
      <translation>Menü des Auftrags</translation>
    </message>
    <message>
      <source>Jobs</source>
      <translation>Aufträge</translation>
    </message>
    <message>
      <source>Joining</source>
      <translation>Zusammenfügen</translation>
    </message>
    <message>
      <source>Karras</source>
      <translation>Karras</translation>
    </message>
    <message>
      <source>Kawaii</source>
      <translation>Kawaii</translation>
    </message>
    <message>
      <source>Keep</source>
      <translation>Behalten</translation>
    </message>
    <message>
      <source>Keep as a preset</source>
      <translation>Als Voreinstellung behalten</translation>
    </message>
    <message>
      <source>Keep as a preset …</source>
      <translation>Als Voreinstellung behalten …</translation>
    </message>
    <message>
      <source>Keep no longer</source>
      <translation>Nicht mehr behalten</translation>
    </message>
    <message>
      <source>Keep the preview (Esc)</source>
      <translation>Bei der Vorschau bleiben (Esc)</translation>
    </message>
    <message>
      <source>Keep the seed</source>
      <translation>Seed behalten</translation>
    </message>
    <message>
      <source>Keep the winner of a rating, and it is here</source>
      <translation>Wird der Sieger einer Bewertung behalten, steht er hier</translation>
    </message>
    <message>
      <source>Keep this seed</source>
      <translation>Diesen Seed behalten</translation>
    </message>
    <message>
      <source>Keep “%1” as a preset …</source>
      <translation>„%1“ als Voreinstellung behalten …</translation>
    </message>
    <message>
      <source>Kept in the history, and shown on the stage.</source>
      <translation>Im Verlauf behalten und auf der Bühne gezeigt.</translation>
    </message>
    <message>
      <source>Kernel distance</source>
      <translation>Kernel-Abstand</translation>
    </message>
    <message>
      <source>Key</source>
      <translation>Tonart</translation>
    </message>
    <message>
      <source>Key after</source>
      <translation>Punkt danach</translation>
    </message>
    <message>
      <source>Key at the playhead</source>
      <translation>Punkt am Abspielkopf</translation>
    </message>
    <message>
      <source>Key before</source>
      <translation>Punkt davor</translation>
    </message>
    <message>
      <source>Key of %1</source>
      <translation>Punkt von %1</translation>
    </message>
    <message>
      <source>Key of %1 at the playhead</source>
      <translation>Punkt von %1 am Abspielkopf</translation>
    </message>
    <message>
      <source>Keyboard</source>
      <translation>Tastatur</translation>
    </message>
    <message>
      <source>Keyboard shortcuts</source>
      <translation>Tastenkürzel</translation>
    </message>
    <message>
      <source>Kick</source>
      <translation>Kick</translation>
    </message>
    <message>
      <source>Kick, snare, tom: higher or lower than most.</source>
      <translation>Kick, Snare, Tom: höher oder tiefer als die meisten.</translation>
    </message>
    <message>
      <source>Kicks, snares, hats, toms and claps, alone or as a kit, with the exact likelihood of any sound.</source>
      <translation>Kicks, Snares, Hi-Hats, Toms und Klatschen, einzeln oder als Satz, mit der genauen Wahrscheinlichkeit jedes Klangs.</translation>
    </message>
    <message>
      <source>Kind</source>
      <translation>Art</translation>
    </message>
    <message>
      <source>Kind of file</source>
      <translation>Art der Datei</translation>
    </message>
    <message>
      <source>Kind of model</source>
      <translation>Art des Modells</translation>
    </message>
    <message>
      <source>Kit</source>
      <translation>Satz</translation>
    </message>
    <message>
      <source>Kit in a row</source>
      <translation>Satz der Reihe nach</translation>
    </message>
    <message>
      <source>Knitted wool</source>
      <translation>Strickwolle</translation>
    </message>
    <message>
      <source>Knock-out: finds a favourite among many with few choices</source>
      <translation>K.-o.-Runden: findet mit wenigen Fragen einen Favoriten unter vielen</translation>
    </message>
    <message>
      <source>LMS</source>
      <translation>LMS</translation>
    </message>
    <message>
      <source>LPIPS</source>
      <translation>LPIPS</translation>
    </message>
    <message>
      <source>Lab</source>
      <translation>Lab</translation>
    </message>
    <message>
      <source>Lanes</source>
      <translation>Kurvenspuren</translation>
    </message>
    <message>
      <source>Langevin corrector steps at every level.</source>
      <translation>Langevin-Korrekturschritte auf jeder Stufe.</translation>
    </message>
    <message>
      <source>Language</source>
      <translation>Sprache</translation>
    </message>
    <message>
      <source>Large, for cutting on in other programs.</source>
      <translation>Groß, zum Weiterschneiden in anderen Programmen.</translation>
    </message>
    <message>
      <source>Larger brush</source>
      <translation>Größerer Pinsel</translation>
    </message>
    <message>
      <source>Larger figure</source>
      <translation>Größere Figur</translation>
    </message>
    <message>
      <source>Largest difference</source>
      <translation>Größter Unterschied</translation>
    </message>
    <message>
      <source>Last frame</source>
      <translation>Letztes Bild</translation>
    </message>
    <message>
      <source>Last image</source>
      <translation>Letztes Bild</translation>
    </message>
    <message>
      <source>Later</source>
      <translation>Später</translation>
    </message>
    <message>
      <source>Laughing</source>
      <translation>Lachend</translation>
    </message>
    <message>
      <source>Lava</source>
      <translation>Lava</translation>
    </message>
    <message>
      <source>Layout</source>
      <translation>Aufteilung</translation>
    </message>
    <message>
      <source>Lead synthesiser</source>
      <translation>Lead-Synthesizer</translation>
    </message>
    <message>
      <source>Leave</source>
      <translation>Lassen</translation>
    </message>
    <message>
      <source>Leave out %1</source>
      <translation>%1 weglassen</translation>
    </message>
    <message>
      <source>Leave the drawing; it is kept (Enter)</source>
      <translation>Die Zeichnung verlassen; sie bleibt erhalten (Eingabe)</translation>
    </message>
    <message>
      <source>Leave the job as it was</source>
      <translation>Den Auftrag lassen, wie er war</translation>
    </message>
    <message>
      <source>Leave the text</source>
      <translation>Den Text verlassen</translation>
    </message>
    <message>
      <source>Leave this step (Esc)</source>
      <translation>Diesen Schritt verlassen (Esc)</translation>
    </message>
    <message>
      <source>Leaves</source>
      <translation>Laub</translation>
    </message>
    <message>
      <source>Left</source>
      <translation>Links</translation>
    </message>
    <message>
      <source>Lemon</source>
      <translation>Zitrone</translation>
    </message>
    <message>
      <source>Length</source>
      <translation>Länge</translation>
    </message>
    <message>
      <source>Length %1, path length of Karras et al. %2 (both by %3); evenness %4: 1 is a path without a jump.</source>
      <translation>Länge %1, Pfadlänge nach Karras et al. %2 (beide mit %3); Gleichmaß %4: 1 ist ein Weg ohne Sprung.</translation>
    </message>
    <message>
      <source>Length in bars, to the sample; 0 goes by seconds.</source>
      <translation>Länge in Takten, auf das Sample genau; 0 geht nach Sekunden.</translation>
    </message>
    <message>
      <source>Length in seconds</source>
      <translation>Länge in Sekunden</translation>
    </message>
    <message>
      <source>Let it lie where the mask of the start is</source>
      <translation>Dorthin legen, wo die Maske des Starts ist</translation>
    </message>
    <message>
      <source>Let it sound for the whole length.</source>
      <translation>Über die ganze Länge klingen lassen.</translation>
    </message>
    <message>
      <source>Let the clip be seen and heard</source>
      <translation>Clip wieder zeigen und hören</translation>
    </message>
    <message>
      <source>Let the queue go on</source>
      <translation>Warteschlange fortsetzen</translation>
    </message>
    <message>
      <source>Let the seed change</source>
      <translation>Seed wechseln lassen</translation>
    </message>
    <message>
      <source>Level</source>
      <translation>Pegel</translation>
    </message>
    <message>
      <source>Level meters</source>
      <translation>Pegelanzeige</translation>
    </message>
    <message>
      <source>Level of the mix</source>
      <translation>Pegel der Mischung</translation>
    </message>
    <message>
      <source>Levels crowded where the tile is made (Karras), or even in time.</source>
      <translation>Stufen gedrängt, wo die Kachel entsteht (Karras), oder gleichmäßig in der Zeit.</translation>
    </message>
    <message>
      <source>Licences</source>
      <translation>Lizenzen</translation>
    </message>
    <message>
      <source>Light</source>
      <translation>Hell</translation>
    </message>
    <message>
      <source>Light as at first</source>
      <translation>Licht wie zu Beginn</translation>
    </message>
    <message>
      <source>Light is near</source>
      <translation>Hell ist nah</translation>
    </message>
    <message>
      <source>Light pitch</source>
      <translation>Lichthöhe</translation>
    </message>
    <message>
      <source>Light theme</source>
      <translation>Helle Darstellung</translation>
    </message>
    <message>
      <source>Light yaw</source>
      <translation>Lichtrichtung</translation>
    </message>
    <message>
      <source>Lighten</source>
      <translation>Aufhellen</translation>
    </message>
    <message>
      <source>Lightly</source>
      <translation>Leicht</translation>
    </message>
    <message>
      <source>Likelihood</source>
      <translation>Wahrscheinlichkeit</translation>
    </message>
    <message>
      <source>Lilac</source>
      <translation>Flieder</translation>
    </message>
    <message>
      <source>Line</source>
      <translation>Linie</translation>
    </message>
    <message>
      <source>Linear</source>
      <translation>Linear</translation>
    </message>
    <message>
      <source>List of models</source>
      <translation>Liste der Modelle</translation>
    </message>
    <message>
      <source>Listen first</source>
      <translation>Erst anhören</translation>
    </message>
    <message>
      <source>Listen to both first</source>
      <translation>Erst beide anhören</translation>
    </message>
    <message>
      <source>Live</source>
      <translation>Live</translation>
    </message>
    <message>
      <source>Live typing</source>
      <translation>Live-Tippen</translation>
    </message>
    <message>
      <source>Live waits while a job runs.</source>
      <translation>Live wartet, solange ein Auftrag läuft.</translation>
    </message>
    <message>
      <source>Lively</source>
      <translation>Lebhaft</translation>
    </message>
    <message>
      <source>LoRA</source>
      <translation>LoRA</translation>
    </message>
    <message>
      <source>LoRAs</source>
      <translation>LoRAs</translation>
    </message>
    <message>
      <source>Loading</source>
      <translation>Lädt</translation>
    </message>
    <message>
      <source>Loading the engine</source>
      <translation>Maschine wird geladen</translation>
    </message>
    <message>
      <source>Lock track</source>
      <translation>Spur sperren</translation>
    </message>
    <message>
      <source>Lock: clips cannot be changed</source>
      <translation>Sperren: Clips lassen sich nicht ändern</translation>
    </message>
    <message>
      <source>Locked</source>
      <translation>Gesperrt</translation>
    </message>
    <message>
      <source>Log magnitude</source>
      <translation>Log-Betrag</translation>
    </message>
    <message>
      <source>Logarithmic</source>
      <translation>Logarithmisch</translation>
    </message>
    <message>
      <source>Longer or shorter than most of its kind.</source>
      <translation>Länger oder kürzer als die meisten ihrer Art.</translation>
    </message>
    <message>
      <source>Look for inputs again</source>
      <translation>Eingänge neu suchen</translation>
    </message>
    <message>
      <source>Look through %1 no more; its files stay</source>
      <translation>%1 nicht mehr durchsehen; die Dateien bleiben</translation>
    </message>
    <message>
      <source>Look through the folders</source>
      <translation>Ordner durchsehen</translation>
    </message>
    <message>
      <source>Look through the folders (F5)</source>
      <translation>Ordner durchsehen (F5)</translation>
    </message>
    <message>
      <source>Looking at %s …</source>
      <translation>%s wird angesehen …</translation>
    </message>
    <message>
      <source>Looking for models …</source>
      <translation>Modelle werden gesucht …</translation>
    </message>
    <message>
      <source>Looking: %1 of %2</source>
      <translation>Durchgesehen: %1 von %2</translation>
    </message>
    <message>
      <source>Looking: %2 found so far</source>
      <translation>Sieht durch: %2 bisher gefunden</translation>
    </message>
    <message>
      <source>Looks like the same file: %1</source>
      <translation>Sieht nach derselben Datei aus: %1</translation>
    </message>
    <message>
      <source>Loop</source>
      <translation>Schleife</translation>
    </message>
    <message>
      <source>Loop clip</source>
      <translation>Clip wiederholen</translation>
    </message>
    <message>
      <source>Loop from here</source>
      <translation>Schleife ab hier</translation>
    </message>
    <message>
      <source>Loop up to here</source>
      <translation>Schleife bis hier</translation>
    </message>
    <message>
      <source>Loudest sample of the result.</source>
      <translation>Lautester Abtastwert des Ergebnisses.</translation>
    </message>
    <message>
      <source>Loudest sample of what is made from nothing.</source>
      <translation>Lautestes Sample dessen, was aus dem Nichts entsteht.</translation>
    </message>
    <message>
      <source>Loudness</source>
      <translation>Lautheit</translation>
    </message>
    <message>
      <source>Loudness (BS.1770)</source>
      <translation>Lautheit (BS.1770)</translation>
    </message>
    <message>
      <source>Loudness range</source>
      <translation>Lautstärkebereich</translation>
    </message>
    <message>
      <source>Low band</source>
      <translation>Tiefes Band</translation>
    </message>
    <message>
      <source>Low is near</source>
      <translation>Unten ist nah</translation>
    </message>
    <message>
      <source>MEASURED BY</source>
      <translation>GEMESSEN MIT</translation>
    </message>
    <message>
      <source>MIDI keyboard</source>
      <translation>MIDI-Tastatur</translation>
    </message>
    <message>
      <source>Made of</source>
      <translation>Gemacht aus</translation>
    </message>
    <message>
      <source>Major</source>
      <translation>Dur</translation>
    </message>
    <message>
      <source>Make</source>
      <translation>Erzeugen</translation>
    </message>
    <message>
      <source>Make all %1 variants</source>
      <translation>Alle %1 Varianten machen</translation>
    </message>
    <message>
      <source>Make all variants</source>
      <translation>Alle Varianten machen</translation>
    </message>
    <message>
      <source>Make clip</source>
      <translation>Clip erzeugen</translation>
    </message>
    <message>
      <source>Make drafts of them</source>
      <translation>Entwürfe davon erzeugen</translation>
    </message>
    <message>
      <source>Make it</source>
      <translation>Erzeugen</translation>
    </message>
    <message>
      <source>Make it with these settings (Ctrl+Return)</source>
      <translation>Mit diesen Einstellungen machen (Strg+Eingabe)</translation>
    </message>
    <message>
      <source>Make its end meet its beginning, so that it can be repeated.</source>
      <translation>Das Ende an den Anfang anschließen, damit es wiederholt werden kann.</translation>
    </message>
    <message>
      <source>Make one</source>
      <translation>Eines machen</translation>
    </message>
    <message>
      <source>Make the clips</source>
      <translation>Clips erzeugen</translation>
    </message>
    <message>
      <source>Make the grid</source>
      <translation>Das Raster machen</translation>
    </message>
    <message>
      <source>Make the map again, without what was drawn</source>
      <translation>Die Karte neu machen, ohne das Gezeichnete</translation>
    </message>
    <message>
      <source>Make the picture larger (E)</source>
      <translation>Das Bild vergrößern (E)</translation>
    </message>
    <message>
      <source>Make the set and rate it</source>
      <translation>Satz erzeugen und bewerten</translation>
    </message>
    <message>
      <source>Make what is stale or missing</source>
      <translation>Veraltetes und Fehlendes erzeugen</translation>
    </message>
    <message>
      <source>Make what lies between in and out anew</source>
      <translation>Was zwischen Ein- und Ausstieg liegt, neu erzeugen</translation>
    </message>
    <message>
      <source>Makes what lies between the in and out points anew, and keeps the rest</source>
      <translation>Erzeugt neu, was zwischen Ein- und Ausstieg liegt, und behält den Rest</translation>
    </message>
    <message>
      <source>Map made for %1</source>
      <translation>Karte für %1</translation>
    </message>
    <message>
      <source>Marble</source>
      <translation>Marmor</translation>
    </message>
    <message>
      <source>March</source>
      <translation>Marsch</translation>
    </message>
    <message>
      <source>Marimba</source>
      <translation>Marimba</translation>
    </message>
    <message>
      <source>Mark a part</source>
      <translation>Teil markieren</translation>
    </message>
    <message>
      <source>Marker</source>
      <translation>Marke</translation>
    </message>
    <message>
      <source>Markers</source>
      <translation>Marken</translation>
    </message>
    <message>
      <source>Mask</source>
      <translation>Maske</translation>
    </message>
    <message>
      <source>Mask layout: the thing lies where it is white; or the silhouette of any picture.</source>
      <translation>Masken-Aufteilung: das Ding liegt, wo es weiß ist; oder der Schattenriss irgendeines Bildes.</translation>
    </message>
    <message>
      <source>Match</source>
      <translation>Abgleich</translation>
    </message>
    <message>
      <source>Mean and spread of the colours, or all of them.</source>
      <translation>Mittel und Streuung der Farben, oder alle.</translation>
    </message>
    <message>
      <source>Mean stars of each, and 95 % bounds</source>
      <translation>Mittlere Sterne von jedem, mit 95-%-Grenzen</translation>
    </message>
    <message>
      <source>Measure</source>
      <translation>Messen</translation>
    </message>
    <message>
      <source>Measured</source>
      <translation>Gemessen</translation>
    </message>
    <message>
      <source>Measuring this, and noise of its size …</source>
      <translation>Es wird gemessen, und Rauschen gleicher Größe …</translation>
    </message>
    <message>
      <source>Measuring …</source>
      <translation>Wird gemessen …</translation>
    </message>
    <message>
      <source>Media</source>
      <translation>Medien</translation>
    </message>
    <message>
      <source>Medium</source>
      <translation>Medium</translation>
    </message>
    <message>
      <source>Meets keys</source>
      <translation>Trifft auf Punkte</translation>
    </message>
    <message>
      <source>Mel</source>
      <translation>Mel</translation>
    </message>
    <message>
      <source>Mend</source>
      <translation>Ausbessern</translation>
    </message>
    <message>
      <source>Menu key</source>
      <translation>Menütaste</translation>
    </message>
    <message>
      <source>Menu of what has the focus</source>
      <translation>Menü dessen, was den Fokus hat</translation>
    </message>
    <message>
      <source>Mesh</source>
      <translation>Netz</translation>
    </message>
    <message>
      <source>Mesh controls</source>
      <translation>Netzsteuerung</translation>
    </message>
    <message>
      <source>Mesh viewer</source>
      <translation>Netzansicht</translation>
    </message>
    <message>
      <source>Metal plates</source>
      <translation>Metallplatten</translation>
    </message>
    <message>
      <source>Metre</source>
      <translation>Taktart</translation>
    </message>
    <message>
      <source>Metre from here …</source>
      <translation>Takt ab hier …</translation>
    </message>
    <message>
      <source>Metric</source>
      <translation>Metrik</translation>
    </message>
    <message>
      <source>Metrics</source>
      <translation>Metriken</translation>
    </message>
    <message>
      <source>Metronome</source>
      <translation>Metronom</translation>
    </message>
    <message>
      <source>Microphone or line</source>
      <translation>Mikrofon oder Line-Eingang</translation>
    </message>
    <message>
      <source>Middle band</source>
      <translation>Mittleres Band</translation>
    </message>
    <message>
      <source>Minor</source>
      <translation>Moll</translation>
    </message>
    <message>
      <source>Mint</source>
      <translation>Minze</translation>
    </message>
    <message>
      <source>Mirror</source>
      <translation>Spiegeln</translation>
    </message>
    <message>
      <source>Mirror the figure</source>
      <translation>Die Figur spiegeln</translation>
    </message>
    <message>
      <source>Mirrored</source>
      <translation>Gespiegelt</translation>
    </message>
    <message>
      <source>Missing or broken</source>
      <translation>Unvollständig oder kaputt</translation>
    </message>
    <message>
      <source>Missing: %1. Put it into the assets folder.</source>
      <translation>Es fehlt: %1. Bitte in den Ordner assets legen.</translation>
    </message>
    <message>
      <source>Mix as FLAC</source>
      <translation>Mischung als FLAC</translation>
    </message>
    <message>
      <source>Mix as WAV</source>
      <translation>Mischung als WAV</translation>
    </message>
    <message>
      <source>Mix from</source>
      <translation>Mischen ab</translation>
    </message>
    <message>
      <source>Mix seed</source>
      <translation>Seed zum Mischen</translation>
    </message>
    <message>
      <source>Mixolydian</source>
      <translation>Mixolydisch</translation>
    </message>
    <message>
      <source>Mode</source>
      <translation>Modus</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modell</translation>
    </message>
    <message>
      <source>Model folder</source>
      <translation>Modellordner</translation>
    </message>
    <message>
      <source>Model menu</source>
      <translation>Menü des Modells</translation>
    </message>
    <message>
      <source>Models</source>
      <translation>Modelle</translation>
    </message>
    <message>
      <source>Models stay loaded</source>
      <translation>Modelle bleiben geladen</translation>
    </message>
    <message>
      <source>Models with a likelihood or an energy tell how likely any input is. Drop one here.</source>
      <translation>Modelle mit Wahrscheinlichkeit oder Energie sagen, wie wahrscheinlich eine Eingabe ist. Eine hier ablegen.</translation>
    </message>
    <message>
      <source>Mohawk</source>
      <translation>Irokese</translation>
    </message>
    <message>
      <source>Moment of %1</source>
      <translation>Zeitpunkt von %1</translation>
    </message>
    <message>
      <source>Monitor</source>
      <translation>Monitor</translation>
    </message>
    <message>
      <source>Mono</source>
      <translation>Mono</translation>
    </message>
    <message>
      <source>Mood</source>
      <translation>Stimmung</translation>
    </message>
    <message>
      <source>Mosaic</source>
      <translation>Mosaik</translation>
    </message>
    <message>
      <source>Motion</source>
      <translation>Bewegung</translation>
    </message>
    <message>
      <source>Motion module</source>
      <translation>Bewegungsmodul</translation>
    </message>
    <message>
      <source>Moustache</source>
      <translation>Schnurrbart</translation>
    </message>
    <message>
      <source>Mouth</source>
      <translation>Mund</translation>
    </message>
    <message>
      <source>Move a joint</source>
      <translation>Ein Gelenk bewegen</translation>
    </message>
    <message>
      <source>Move a joint with all that hangs on it</source>
      <translation>Ein Gelenk bewegen, mit allem, was daran hängt</translation>
    </message>
    <message>
      <source>Move a track down</source>
      <translation>Spur nach unten</translation>
    </message>
    <message>
      <source>Move a track up</source>
      <translation>Spur nach oben</translation>
    </message>
    <message>
      <source>Move clips</source>
      <translation>Clips verschieben</translation>
    </message>
    <message>
      <source>Move job</source>
      <translation>Auftrag verschieben</translation>
    </message>
    <message>
      <source>Move keys</source>
      <translation>Punkte verschieben</translation>
    </message>
    <message>
      <source>Move marker</source>
      <translation>Marke verschieben</translation>
    </message>
    <message>
      <source>Move the clip</source>
      <translation>Clip verschieben</translation>
    </message>
    <message>
      <source>Move the divider between the two pictures (left and right arrow)</source>
      <translation>Trennlinie zwischen den Bildern verschieben (Pfeil links und rechts)</translation>
    </message>
    <message>
      <source>Move the divider between two pictures</source>
      <translation>Trennlinie zwischen zwei Bildern bewegen</translation>
    </message>
    <message>
      <source>Move the joint, or the figure</source>
      <translation>Das Gelenk oder die Figur bewegen</translation>
    </message>
    <message>
      <source>Move the mesh</source>
      <translation>Netz verschieben</translation>
    </message>
    <message>
      <source>Move the picture</source>
      <translation>Bild verschieben</translation>
    </message>
    <message>
      <source>Move the picture by dragging</source>
      <translation>Bild durch Ziehen verschieben</translation>
    </message>
    <message>
      <source>Move the surface outward, in grid steps: thin parts hold.</source>
      <translation>Die Oberfläche nach außen rücken, in Rasterschritten: dünne Teile halten.</translation>
    </message>
    <message>
      <source>Move track</source>
      <translation>Spur verschieben</translation>
    </message>
    <message>
      <source>Moving stickers from words, or motion for a picture: flights, spins, hops, wobbles, loops.</source>
      <translation>Bewegte Sticker aus Worten oder Bewegung für ein Bild: Flüge, Drehungen, Hüpfer, Wackeln, Schleifen.</translation>
    </message>
    <message>
      <source>Multi-resolution STFT distance</source>
      <translation>STFT-Abstand in mehreren Auflösungen</translation>
    </message>
    <message>
      <source>Multiplied</source>
      <translation>Multipliziert</translation>
    </message>
    <message>
      <source>Multiply</source>
      <translation>Multiplizieren</translation>
    </message>
    <message>
      <source>Music box</source>
      <translation>Spieldose</translation>
    </message>
    <message>
      <source>Mute</source>
      <translation>Stumm</translation>
    </message>
    <message>
      <source>Mute clips</source>
      <translation>Clips stummschalten</translation>
    </message>
    <message>
      <source>Mute the clip</source>
      <translation>Clip stummschalten</translation>
    </message>
    <message>
      <source>Mute track</source>
      <translation>Spur stummschalten</translation>
    </message>
    <message>
      <source>Mute: leave this track out</source>
      <translation>Stumm: diese Spur weglassen</translation>
    </message>
    <message>
      <source>Muted</source>
      <translation>Stumm</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Name</translation>
    </message>
    <message>
      <source>Name of setting %1</source>
      <translation>Name der Einstellung %1</translation>
    </message>
    <message>
      <source>Name of the model on the hub</source>
      <translation>Name des Modells auf dem Hub</translation>
    </message>
    <message>
      <source>Name of the track</source>
      <translation>Name der Spur</translation>
    </message>
    <message>
      <source>Name project</source>
      <translation>Projekt benennen</translation>
    </message>
    <message>
      <source>Name the clip</source>
      <translation>Clip benennen</translation>
    </message>
    <message>
      <source>Name the track</source>
      <translation>Spur benennen</translation>
    </message>
    <message>
      <source>Narrower steps (-)</source>
      <translation>Schmalere Schritte (-)</translation>
    </message>
    <message>
      <source>Nearer</source>
      <translation>Näher</translation>
    </message>
    <message>
      <source>Negative prompt</source>
      <translation>Negativer Prompt</translation>
    </message>
    <message>
      <source>Network alone</source>
      <translation>Netz allein</translation>
    </message>
    <message>
      <source>Network evaluations for one result</source>
      <translation>Netzauswertungen je Ergebnis</translation>
    </message>
    <message>
      <source>Never looks at real pictures, and cannot tell copies; comparable with papers by Inception only. 'spread' is the deviation over splits, 'error' the standard error of their mean.</source>
      <translation>Sieht nie echte Bilder und erkennt keine Kopien; nur mit Inception mit Veröffentlichungen vergleichbar. „spread“ ist die Abweichung über die Teile, „error“ der Standardfehler ihres Mittels.</translation>
    </message>
    <message>
      <source>New clip to be made</source>
      <translation>Neuer Clip, der erzeugt werden soll</translation>
    </message>
    <message>
      <source>New project</source>
      <translation>Neues Projekt</translation>
    </message>
    <message>
      <source>New project …</source>
      <translation>Neues Projekt …</translation>
    </message>
    <message>
      <source>New prompt</source>
      <translation>Neuer Prompt</translation>
    </message>
    <message>
      <source>New rating</source>
      <translation>Neue Bewertung</translation>
    </message>
    <message>
      <source>New title</source>
      <translation>Neuer Titel</translation>
    </message>
    <message>
      <source>Next figure</source>
      <translation>Nächste Figur</translation>
    </message>
    <message>
      <source>Next joint</source>
      <translation>Nächstes Gelenk</translation>
    </message>
    <message>
      <source>Next prompt</source>
      <translation>Nächster Prompt</translation>
    </message>
    <message>
      <source>Night</source>
      <translation>Nacht</translation>
    </message>
    <message>
      <source>No cell is best: of %1 neither way is better.</source>
      <translation>Keine Zelle ist die beste: Bei %1 ist keine Richtung besser.</translation>
    </message>
    <message>
      <source>No clip has a surface.</source>
      <translation>Kein Clip hat eine Oberfläche.</translation>
    </message>
    <message>
      <source>No clip has notes.</source>
      <translation>Kein Clip hat Noten.</translation>
    </message>
    <message>
      <source>No curve to show</source>
      <translation>Keine Kurve zu zeigen</translation>
    </message>
    <message>
      <source>No earlier run yet: the first will tell the time</source>
      <translation>Noch kein früherer Lauf: der erste verrät die Zeit</translation>
    </message>
    <message>
      <source>No engine here takes this as its start or as a control.</source>
      <translation>Keine Engine hier nimmt das als Start oder Steuerung.</translation>
    </message>
    <message>
      <source>No fades</source>
      <translation>Keine Blenden</translation>
    </message>
    <message>
      <source>No favourite any more</source>
      <translation>Kein Favorit mehr</translation>
    </message>
    <message>
      <source>No files of words yet: one word a line, in name.txt</source>
      <translation>Noch keine Dateien mit Wörtern: ein Wort je Zeile, in name.txt</translation>
    </message>
    <message>
      <source>No grid</source>
      <translation>Kein Raster</translation>
    </message>
    <message>
      <source>No grid yet</source>
      <translation>Noch kein Raster</translation>
    </message>
    <message>
      <source>No loop range</source>
      <translation>Kein Schleifenbereich</translation>
    </message>
    <message>
      <source>No marks</source>
      <translation>Keine Marken</translation>
    </message>
    <message>
      <source>No microphone or line was found; connect one and look again.</source>
      <translation>Es wurde kein Mikrofon und kein Line-Eingang gefunden; schließen Sie eines an und suchen Sie neu.</translation>
    </message>
    <message>
      <source>No model</source>
      <translation>Kein Modell</translation>
    </message>
    <message>
      <source>No model here can score this kind of media.</source>
      <translation>Kein Modell hier kann diese Art Medien einschätzen.</translation>
    </message>
    <message>
      <source>No models yet</source>
      <translation>Noch keine Modelle</translation>
    </message>
    <message>
      <source>No range</source>
      <translation>Kein Bereich</translation>
    </message>
    <message>
      <source>No setting is surely the best: %1 is preferred to %2 %3, and half would be chance.</source>
      <translation>Keine Einstellung ist sicher die beste: %1 wird gegenüber %2 %3 vorgezogen, und die Hälfte wäre Zufall.</translation>
    </message>
    <message>
      <source>No sound</source>
      <translation>Kein Klang</translation>
    </message>
    <message>
      <source>No sound device was found, so the keys are silent; the notes are kept all the same.</source>
      <translation>Es wurde kein Audiogerät gefunden, darum sind die Tasten stumm; die Noten werden trotzdem behalten.</translation>
    </message>
    <message>
      <source>No sound device was found, so this plays in silence; connect one and play again.</source>
      <translation>Es wurde kein Tongerät gefunden, darum bleibt es stumm; eines anschließen und noch einmal abspielen.</translation>
    </message>
    <message>
      <source>No stars</source>
      <translation>Keine Sterne</translation>
    </message>
    <message>
      <source>No steps yet</source>
      <translation>Noch keine Schritte</translation>
    </message>
    <message>
      <source>No sweep yet</source>
      <translation>Noch keine Messreihe</translation>
    </message>
    <message>
      <source>Noise</source>
      <translation>Rauschen</translation>
    </message>
    <message>
      <source>Noise falls from %1 to %2 over %3 steps</source>
      <translation>Das Rauschen fällt von %1 auf %2 über %3 Schritte</translation>
    </message>
    <message>
      <source>Noise level</source>
      <translation>Rauschpegel</translation>
    </message>
    <message>
      <source>Noise level and change of every step</source>
      <translation>Rauschpegel und Änderung jedes Schritts</translation>
    </message>
    <message>
      <source>None</source>
      <translation>Keine</translation>
    </message>
    <message>
      <source>None was good enough: all were turned down.</source>
      <translation>Keine war gut genug: Alle wurden abgelehnt.</translation>
    </message>
    <message>
      <source>None yet</source>
      <translation>Noch keine</translation>
    </message>
    <message>
      <source>None: the keys below</source>
      <translation>Keine: die Tasten unten</translation>
    </message>
    <message>
      <source>Normal</source>
      <translation>Normal</translation>
    </message>
    <message>
      <source>Normal consistency</source>
      <translation>Treue der Normalen</translation>
    </message>
    <message>
      <source>Normalised</source>
      <translation>Normalisiert</translation>
    </message>
    <message>
      <source>Normalizing flow</source>
      <translation>Normalizing Flow</translation>
    </message>
    <message>
      <source>Normals</source>
      <translation>Normalen</translation>
    </message>
    <message>
      <source>Not both carry a recipe, so what was asked for is not compared.</source>
      <translation>Nicht beide tragen ein Rezept, darum wird nicht verglichen, was verlangt war.</translation>
    </message>
    <message>
      <source>Not finished, so not counted: %1.</source>
      <translation>Nicht fertig, darum nicht gezählt: %1.</translation>
    </message>
    <message>
      <source>Not made yet</source>
      <translation>Noch nicht erzeugt</translation>
    </message>
    <message>
      <source>Not the FVD of papers (which is by I3D): sees what is shown and how much changes, not in which order.</source>
      <translation>Nicht die FVD der Veröffentlichungen (die mit I3D misst): sieht, was gezeigt wird und wie viel sich ändert, nicht in welcher Folge.</translation>
    </message>
    <message>
      <source>Note</source>
      <translation>Note</translation>
    </message>
    <message>
      <source>Notes</source>
      <translation>Noten</translation>
    </message>
    <message>
      <source>Nothing</source>
      <translation>Nichts</translation>
    </message>
    <message>
      <source>Nothing follows this number</source>
      <translation>Dieser Zahl folgt nichts</translation>
    </message>
    <message>
      <source>Nothing is asked before you press Ask, and nothing is taken before you agree to its size and licence. Programs are never taken.</source>
      <translation>Nichts wird gefragt, bevor du Fragen drückst, und nichts geholt, bevor du Größe und Lizenz zustimmst. Programme werden nie geholt.</translation>
    </message>
    <message>
      <source>Nothing is developing yet: write a prompt and press Generate, and every step appears here.</source>
      <translation>Noch entwickelt sich nichts: Prompt schreiben, „Erzeugen“ drücken, und hier erscheint jeder Schritt.</translation>
    </message>
    <message>
      <source>Nothing is left to change after the last step: choose an earlier one.</source>
      <translation>Nach dem letzten Schritt ist nichts mehr zu ändern: bitte einen früheren wählen.</translation>
    </message>
    <message>
      <source>Nothing is measured yet.</source>
      <translation>Noch ist nichts gemessen.</translation>
    </message>
    <message>
      <source>Nothing is selected</source>
      <translation>Nichts ist ausgewählt</translation>
    </message>
    <message>
      <source>Nothing is waiting. Press Generate, and jobs line up here.</source>
      <translation>Nichts wartet. „Erzeugen“ drücken, und die Aufträge stehen hier an.</translation>
    </message>
    <message>
      <source>Nothing listens to this number.</source>
      <translation>Auf diese Zahl hört nichts.</translation>
    </message>
    <message>
      <source>Nothing matches. Clear the search or the filters to see everything.</source>
      <translation>Nichts passt. Suche oder Filter leeren, um alles zu sehen.</translation>
    </message>
    <message>
      <source>Nothing measured yet</source>
      <translation>Noch nichts gemessen</translation>
    </message>
    <message>
      <source>Nothing selected</source>
      <translation>Nichts ausgewählt</translation>
    </message>
    <message>
      <source>Nothing to develop with yet</source>
      <translation>Noch nichts zum Entwickeln da</translation>
    </message>
    <message>
      <source>Notices</source>
      <translation>Meldungen</translation>
    </message>
    <message>
      <source>Nudge a bar earlier</source>
      <translation>Einen Takt früher rücken</translation>
    </message>
    <message>
      <source>Nudge a bar later</source>
      <translation>Einen Takt später rücken</translation>
    </message>
    <message>
      <source>Nudge clips</source>
      <translation>Clips rücken</translation>
    </message>
    <message>
      <source>Nudge earlier</source>
      <translation>Früher rücken</translation>
    </message>
    <message>
      <source>Nudge keys</source>
      <translation>Punkte rücken</translation>
    </message>
    <message>
      <source>Nudge later</source>
      <translation>Später rücken</translation>
    </message>
    <message>
      <source>OWNER/NAME or OWNER/NAME:FILE</source>
      <translation>BESITZER/NAME oder BESITZER/NAME:DATEI</translation>
    </message>
    <message>
      <source>Oboe</source>
      <translation>Oboe</translation>
    </message>
    <message>
      <source>Of a start, make anew only from this second on.</source>
      <translation>Vom Start nur ab dieser Sekunde neu machen.</translation>
    </message>
    <message>
      <source>Of the differences in %1, %2.</source>
      <translation>Von den Unterschieden in %1 %2.</translation>
    </message>
    <message>
      <source>Of the differences in %1, %2; the rest is chance and parameters acting together.</source>
      <translation>Von den Unterschieden in %1 %2; der Rest ist Zufall und Zusammenspiel der Parameter.</translation>
    </message>
    <message>
      <source>Of the view, from top to bottom; the mesh stays as large, its perspective changes.</source>
      <translation>Der Sicht, von oben bis unten; das Netz bleibt so groß, seine Perspektive ändert sich.</translation>
    </message>
    <message>
      <source>Off</source>
      <translation>Aus</translation>
    </message>
    <message>
      <source>Offset</source>
      <translation>Versatz</translation>
    </message>
    <message>
      <source>On by %1</source>
      <translation>Weiter um %1</translation>
    </message>
    <message>
      <source>On the stage</source>
      <translation>Auf der Bühne</translation>
    </message>
    <message>
      <source>On to the next key</source>
      <translation>Weiter zum nächsten Punkt</translation>
    </message>
    <message>
      <source>On white, quality 95. </source>
      <translation>Auf Weiß, Qualität 95. </translation>
    </message>
    <message>
      <source>One at a time: give each from one to five stars.</source>
      <translation>Eines nach dem anderen: jedem einen bis fünf Sterne geben.</translation>
    </message>
    <message>
      <source>One beat back</source>
      <translation>Einen Schlag zurück</translation>
    </message>
    <message>
      <source>One beat on</source>
      <translation>Einen Schlag weiter</translation>
    </message>
    <message>
      <source>One drum</source>
      <translation>Eine Trommel</translation>
    </message>
    <message>
      <source>One drum, all six one after another, or a bar of sixteen steps that loops.</source>
      <translation>Eine Trommel, alle sechs nacheinander oder ein Takt aus sechzehn Schritten, der sich wiederholt.</translation>
    </message>
    <message>
      <source>One frame back</source>
      <translation>Ein Bild zurück</translation>
    </message>
    <message>
      <source>One frame each way</source>
      <translation>Ein Bild je Richtung</translation>
    </message>
    <message>
      <source>One frame on</source>
      <translation>Ein Bild weiter</translation>
    </message>
    <message>
      <source>One number for %1</source>
      <translation>Eine Zahl für %1</translation>
    </message>
    <message>
      <source>One of several: {red|blue}</source>
      <translation>Eins von mehreren: {rot|blau}</translation>
    </message>
    <message>
      <source>One result deleted</source>
      <translation>Ein Ergebnis gelöscht</translation>
    </message>
    <message>
      <source>One second back or on</source>
      <translation>Eine Sekunde zurück oder vor</translation>
    </message>
    <message>
      <source>One star more, after five none</source>
      <translation>Ein Stern mehr, nach fünf keiner</translation>
    </message>
    <message>
      <source>One step back, or stop the run</source>
      <translation>Einen Schritt zurück, oder den Lauf beenden</translation>
    </message>
    <message>
      <source>One tile</source>
      <translation>Eine Kachel</translation>
    </message>
    <message>
      <source>One value for the whole clip: that of its beginning</source>
      <translation>Ein Wert für den ganzen Clip: der vom Anfang</translation>
    </message>
    <message>
      <source>Onion skin: before warm, after cool</source>
      <translation>Zwiebelhaut: davor warm, danach kühl</translation>
    </message>
    <message>
      <source>Only a waiting job can be edited.</source>
      <translation>Nur ein wartender Auftrag lässt sich bearbeiten.</translation>
    </message>
    <message>
      <source>Only one medium at a time can be rated: choose pictures, sounds, clips or shapes.</source>
      <translation>Nur ein Medium lässt sich auf einmal bewerten: bitte Bilder, Klänge, Clips oder Formen wählen.</translation>
    </message>
    <message>
      <source>Only pictures and clips can be exported together; choose one sound or shape at a time.</source>
      <translation>Nur Bilder und Clips lassen sich zusammen exportieren; wähle Klänge und Formen einzeln.</translation>
    </message>
    <message>
      <source>Only the notes, for sounds that have them. </source>
      <translation>Nur die Noten, für Klänge, die welche haben. </translation>
    </message>
    <message>
      <source>Only where</source>
      <translation>Nur wo</translation>
    </message>
    <message>
      <source>Onsets</source>
      <translation>Einsätze</translation>
    </message>
    <message>
      <source>Opacity</source>
      <translation>Deckkraft</translation>
    </message>
    <message>
      <source>Open</source>
      <translation>Öffnen</translation>
    </message>
    <message>
      <source>Open a model</source>
      <translation>Modell öffnen</translation>
    </message>
    <message>
      <source>Open a model folder</source>
      <translation>Modellordner öffnen</translation>
    </message>
    <message>
      <source>Open a model folder …</source>
      <translation>Modellordner öffnen …</translation>
    </message>
    <message>
      <source>Open a model, ControlNet or LoRA file …</source>
      <translation>Modell, ControlNet oder LoRA aus einer Datei öffnen …</translation>
    </message>
    <message>
      <source>Open a project</source>
      <translation>Projekt öffnen</translation>
    </message>
    <message>
      <source>Open a project …</source>
      <translation>Projekt öffnen …</translation>
    </message>
    <message>
      <source>Open edges</source>
      <translation>Offene Kanten</translation>
    </message>
    <message>
      <source>Open hat</source>
      <translation>Offene Hi-Hat</translation>
    </message>
    <message>
      <source>Open in the curve editor</source>
      <translation>Im Kurveneditor öffnen</translation>
    </message>
    <message>
      <source>Open the folder of files</source>
      <translation>Den Ordner der Dateien öffnen</translation>
    </message>
    <message>
      <source>Open …</source>
      <translation>Öffnen …</translation>
    </message>
    <message>
      <source>Opened</source>
      <translation>Geöffnet</translation>
    </message>
    <message>
      <source>Opened; Delete closes it</source>
      <translation>Geöffnet; Entf schließt es</translation>
    </message>
    <message>
      <source>Optical flow</source>
      <translation>Optischer Fluss</translation>
    </message>
    <message>
      <source>Orbit</source>
      <translation>Umkreisen</translation>
    </message>
    <message>
      <source>Organ</source>
      <translation>Orgel</translation>
    </message>
    <message>
      <source>Other</source>
      <translation>Anderes</translation>
    </message>
    <message>
      <source>Other files</source>
      <translation>Andere Dateien</translation>
    </message>
    <message>
      <source>Other …</source>
      <translation>Andere …</translation>
    </message>
    <message>
      <source>Out of date: something it was made of has changed</source>
      <translation>Veraltet: Etwas, woraus es gemacht ist, hat sich geändert</translation>
    </message>
    <message>
      <source>Outline</source>
      <translation>Kontur</translation>
    </message>
    <message>
      <source>Outline of the title</source>
      <translation>Kontur des Titels</translation>
    </message>
    <message>
      <source>Over the noise level</source>
      <translation>Über den Rauschpegel</translation>
    </message>
    <message>
      <source>Over the steps</source>
      <translation>Über die Schritte</translation>
    </message>
    <message>
      <source>Over what is seen, upwards, a second.</source>
      <translation>Über dem Gesehenen nach oben, je Sekunde.</translation>
    </message>
    <message>
      <source>Overlap of tiles</source>
      <translation>Überlappung der Kacheln</translation>
    </message>
    <message>
      <source>Overlay</source>
      <translation>Überlagerung</translation>
    </message>
    <message>
      <source>PARAMETER</source>
      <translation>PARAMETER</translation>
    </message>
    <message>
      <source>PNG sequence</source>
      <translation>PNG-Folge</translation>
    </message>
    <message>
      <source>PROMPTS, ONE A LINE</source>
      <translation>PROMPTS, EINER JE ZEILE</translation>
    </message>
    <message>
      <source>PSNR, SSIM, MS-SSIM</source>
      <translation>PSNR, SSIM, MS-SSIM</translation>
    </message>
    <message>
      <source>Pace</source>
      <translation>Tempo</translation>
    </message>
    <message>
      <source>Pack the project</source>
      <translation>Projekt packen</translation>
    </message>
    <message>
      <source>Pack the project in one file …</source>
      <translation>Projekt in eine Datei packen …</translation>
    </message>
    <message>
      <source>Packed as %s.</source>
      <translation>Gepackt als %s.</translation>
    </message>
    <message>
      <source>Packed projects</source>
      <translation>Gepackte Projekte</translation>
    </message>
    <message>
      <source>Pad</source>
      <translation>Fläche</translation>
    </message>
    <message>
      <source>Paint what may change…</source>
      <translation>Malen, was sich ändern darf…</translation>
    </message>
    <message>
      <source>Paint what of this picture may change</source>
      <translation>Malen, was sich an diesem Bild ändern darf</translation>
    </message>
    <message>
      <source>Pairs, side by side: measures which is preferred, with bounds</source>
      <translation>Paare, nebeneinander: misst, was bevorzugt wird, mit Grenzen</translation>
    </message>
    <message>
      <source>Pale</source>
      <translation>Blass</translation>
    </message>
    <message>
      <source>Pan</source>
      <translation>Panorama</translation>
    </message>
    <message>
      <source>Pan %1</source>
      <translation>Panorama %1</translation>
    </message>
    <message>
      <source>Pan of the track</source>
      <translation>Panorama der Spur</translation>
    </message>
    <message>
      <source>Pan x</source>
      <translation>Schwenk x</translation>
    </message>
    <message>
      <source>Pan y</source>
      <translation>Schwenk y</translation>
    </message>
    <message>
      <source>Panels</source>
      <translation>Bereiche</translation>
    </message>
    <message>
      <source>Pareto front</source>
      <translation>Pareto-Front</translation>
    </message>
    <message>
      <source>Part</source>
      <translation>Teil</translation>
    </message>
    <message>
      <source>Parts</source>
      <translation>Bestandteile</translation>
    </message>
    <message>
      <source>Parts of models</source>
      <translation>Teile von Modellen</translation>
    </message>
    <message>
      <source>Paste clips</source>
      <translation>Clips einfügen</translation>
    </message>
    <message>
      <source>Paste keys</source>
      <translation>Punkte einfügen</translation>
    </message>
    <message>
      <source>Paste keys at the playhead</source>
      <translation>Punkte am Abspielkopf einfügen</translation>
    </message>
    <message>
      <source>Path</source>
      <translation>Weg</translation>
    </message>
    <message>
      <source>Path from A to B</source>
      <translation>Weg von A nach B</translation>
    </message>
    <message>
      <source>Pattern</source>
      <translation>Muster</translation>
    </message>
    <message>
      <source>Pause</source>
      <translation>Anhalten</translation>
    </message>
    <message>
      <source>Pause (Space)</source>
      <translation>Anhalten (Leertaste)</translation>
    </message>
    <message>
      <source>Pause or go on</source>
      <translation>Anhalten oder fortsetzen</translation>
    </message>
    <message>
      <source>Pause the queue</source>
      <translation>Warteschlange anhalten</translation>
    </message>
    <message>
      <source>Pause the run</source>
      <translation>Lauf anhalten</translation>
    </message>
    <message>
      <source>Pause: go on later</source>
      <translation>Pause: später weiter</translation>
    </message>
    <message>
      <source>Paused</source>
      <translation>Angehalten</translation>
    </message>
    <message>
      <source>Paused after step %1 of %2</source>
      <translation>Angehalten nach Schritt %1 von %2</translation>
    </message>
    <message>
      <source>Pausing</source>
      <translation>Hält an</translation>
    </message>
    <message>
      <source>Pausing …</source>
      <translation>Hält an …</translation>
    </message>
    <message>
      <source>Peach</source>
      <translation>Pfirsich</translation>
    </message>
    <message>
      <source>Peak</source>
      <translation>Spitze</translation>
    </message>
    <message>
      <source>Phase does not count.</source>
      <translation>Die Phase zählt nicht.</translation>
    </message>
    <message>
      <source>Piano</source>
      <translation>Klavier</translation>
    </message>
    <message>
      <source>Piano keys</source>
      <translation>Klaviertasten</translation>
    </message>
    <message>
      <source>Piano roll</source>
      <translation>Klavierrolle</translation>
    </message>
    <message>
      <source>Picture</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Picture controls</source>
      <translation>Bildsteuerung</translation>
    </message>
    <message>
      <source>Picture steps</source>
      <translation>Bildschritte</translation>
    </message>
    <message>
      <source>Picture track</source>
      <translation>Bildspur</translation>
    </message>
    <message>
      <source>Picture viewer</source>
      <translation>Bildansicht</translation>
    </message>
    <message>
      <source>Pictures</source>
      <translation>Bilder</translation>
    </message>
    <message>
      <source>Pictures along each side of a grid, each at half the size.</source>
      <translation>Bilder an jeder Seite eines Rasters, jedes in halber Größe.</translation>
    </message>
    <message>
      <source>Pink</source>
      <translation>Rosa</translation>
    </message>
    <message>
      <source>Pipes</source>
      <translation>Dudelsack</translation>
    </message>
    <message>
      <source>Pitch</source>
      <translation>Tonhöhe</translation>
    </message>
    <message>
      <source>Pitch axis</source>
      <translation>Tonhöhenachse</translation>
    </message>
    <message>
      <source>Pixel</source>
      <translation>Pixel</translation>
    </message>
    <message>
      <source>Pixel for pixel</source>
      <translation>Pixel für Pixel</translation>
    </message>
    <message>
      <source>Pixel under the pointer</source>
      <translation>Pixel unter dem Zeiger</translation>
    </message>
    <message>
      <source>Pixel-art sprites from words: creatures, weapons, armour, potions, plants, heroes; sheets of them.</source>
      <translation>Pixel-Art-Sprites aus Worten: Wesen, Waffen, Rüstungen, Tränke, Pflanzen, Helden; auch ganze Bögen.</translation>
    </message>
    <message>
      <source>Pixels added: %1</source>
      <translation>Pixel hinzugefügt: %1</translation>
    </message>
    <message>
      <source>Pixels the network draws on a side, where there is room; larger sizes enlarge each pixel.</source>
      <translation>Pixel, die das Netz je Seite zeichnet, soweit Platz ist; größere Formate vergrößern jedes Pixel.</translation>
    </message>
    <message>
      <source>Plaid</source>
      <translation>Karo</translation>
    </message>
    <message>
      <source>Plain</source>
      <translation>Schlicht</translation>
    </message>
    <message>
      <source>Play</source>
      <translation>Abspielen</translation>
    </message>
    <message>
      <source>Play backwards, again: faster</source>
      <translation>Rückwärts spielen, noch einmal: schneller</translation>
    </message>
    <message>
      <source>Play both</source>
      <translation>Beide abspielen</translation>
    </message>
    <message>
      <source>Play every part of eight bars twice, as dancers do (AABB).</source>
      <translation>Jeden Teil aus acht Takten zweimal spielen, wie Tänzer es tun (AABB).</translation>
    </message>
    <message>
      <source>Play on, again: faster</source>
      <translation>Weiterspielen, noch einmal: schneller</translation>
    </message>
    <message>
      <source>Play or pause</source>
      <translation>Abspielen oder anhalten</translation>
    </message>
    <message>
      <source>Play or pause (Space)</source>
      <translation>Abspielen oder anhalten (Leertaste)</translation>
    </message>
    <message>
      <source>Play the development</source>
      <translation>Entwicklung abspielen</translation>
    </message>
    <message>
      <source>Play the development (Space)</source>
      <translation>Entwicklung abspielen (Leertaste)</translation>
    </message>
    <message>
      <source>Play: A to P are keys, Z and X change the octave. Record, and the notes are kept.</source>
      <translation>Spielen: A bis P sind Tasten, Z und X wechseln die Oktave. Nehmen Sie auf, und die Noten werden behalten.</translation>
    </message>
    <message>
      <source>Playback controls</source>
      <translation>Wiedergabe</translation>
    </message>
    <message>
      <source>Playhead</source>
      <translation>Abspielmarke</translation>
    </message>
    <message>
      <source>Plays everywhere.</source>
      <translation>Läuft überall.</translation>
    </message>
    <message>
      <source>Plays everywhere. </source>
      <translation>Spielt überall. </translation>
    </message>
    <message>
      <source>Plot</source>
      <translation>Diagramm</translation>
    </message>
    <message>
      <source>Plots</source>
      <translation>Diagramme</translation>
    </message>
    <message>
      <source>Point %1 of %2</source>
      <translation>Punkt %1 von %2</translation>
    </message>
    <message>
      <source>Point %1 selected</source>
      <translation>Punkt %1 gewählt</translation>
    </message>
    <message>
      <source>Points</source>
      <translation>Punkte</translation>
    </message>
    <message>
      <source>Points along the side of the grid the surface is drawn from.</source>
      <translation>Punkte je Seite des Rasters, aus dem die Oberfläche entsteht.</translation>
    </message>
    <message>
      <source>Points of %1</source>
      <translation>Punkte von %1</translation>
    </message>
    <message>
      <source>Points of the path</source>
      <translation>Punkte des Wegs</translation>
    </message>
    <message>
      <source>Polka dots</source>
      <translation>Tupfen</translation>
    </message>
    <message>
      <source>Pose a figure</source>
      <translation>Eine Figur in Haltung bringen</translation>
    </message>
    <message>
      <source>Pose figures for %1</source>
      <translation>Figuren für %1 in Haltung bringen</translation>
    </message>
    <message>
      <source>Posing</source>
      <translation>Haltung</translation>
    </message>
    <message>
      <source>Posing tools</source>
      <translation>Werkzeuge für die Haltung</translation>
    </message>
    <message>
      <source>Position X</source>
      <translation>Position X</translation>
    </message>
    <message>
      <source>Position Y</source>
      <translation>Position Y</translation>
    </message>
    <message>
      <source>Precision and density: do made pictures look real. Recall and coverage: is all that is real also made.</source>
      <translation>Genauigkeit und Dichte: ob Erzeugtes echt aussieht. Trefferquote und Abdeckung: ob alles Echte auch erzeugt wird.</translation>
    </message>
    <message>
      <source>Precision, recall, density, coverage</source>
      <translation>Genauigkeit, Trefferquote, Dichte, Abdeckung</translation>
    </message>
    <message>
      <source>Predictor</source>
      <translation>Prädiktor</translation>
    </message>
    <message>
      <source>Presets</source>
      <translation>Voreinstellungen</translation>
    </message>
    <message>
      <source>Pressure of the pen</source>
      <translation>Druck des Stifts</translation>
    </message>
    <message>
      <source>Previous joint</source>
      <translation>Voriges Gelenk</translation>
    </message>
    <message>
      <source>Previous or next prompt</source>
      <translation>Voriger oder nächster Prompt</translation>
    </message>
    <message>
      <source>Previous prompt</source>
      <translation>Voriger Prompt</translation>
    </message>
    <message>
      <source>Prior</source>
      <translation>Prior</translation>
    </message>
    <message>
      <source>Probability flow</source>
      <translation>Wahrscheinlichkeitsfluss</translation>
    </message>
    <message>
      <source>Program</source>
      <translation>Programm</translation>
    </message>
    <message>
      <source>Program monitor</source>
      <translation>Programmmonitor</translation>
    </message>
    <message>
      <source>Progress</source>
      <translation>Fortschritt</translation>
    </message>
    <message>
      <source>Progress of the measurement</source>
      <translation>Fortschritt der Messung</translation>
    </message>
    <message>
      <source>Progress of the run</source>
      <translation>Fortschritt des Laufs</translation>
    </message>
    <message>
      <source>Progress of the running job</source>
      <translation>Fortschritt des laufenden Auftrags</translation>
    </message>
    <message>
      <source>Progress of the sweep</source>
      <translation>Fortschritt der Messreihe</translation>
    </message>
    <message>
      <source>Project settings</source>
      <translation>Projekteinstellungen</translation>
    </message>
    <message>
      <source>Project settings …</source>
      <translation>Projekteinstellungen …</translation>
    </message>
    <message>
      <source>Projects</source>
      <translation>Projekte</translation>
    </message>
    <message>
      <source>Prompt</source>
      <translation>Prompt</translation>
    </message>
    <message>
      <source>Prompts</source>
      <translation>Prompts</translation>
    </message>
    <message>
      <source>Prompts, one a line</source>
      <translation>Prompts, einer je Zeile</translation>
    </message>
    <message>
      <source>Psi: 0 is the mean face, 1 the face itself, above 1 a caricature.</source>
      <translation>Psi: 0 ist das mittlere Gesicht, 1 das Gesicht selbst, darüber eine Karikatur.</translation>
    </message>
    <message>
      <source>Purple</source>
      <translation>Lila</translation>
    </message>
    <message>
      <source>Put a word in from a file of yours, another one for each seed</source>
      <translation>Ein Wort aus einer deiner Dateien einsetzen, für jeden Seed ein anderes</translation>
    </message>
    <message>
      <source>Put keys on the grid</source>
      <translation>Punkte aufs Raster setzen</translation>
    </message>
    <message>
      <source>Put the take away</source>
      <translation>Fassung weglegen</translation>
    </message>
    <message>
      <source>Put this take away</source>
      <translation>Diese Fassung weglegen</translation>
    </message>
    <message>
      <source>Quality</source>
      <translation>Qualität</translation>
    </message>
    <message>
      <source>Quality against cost</source>
      <translation>Qualität gegen Aufwand</translation>
    </message>
    <message>
      <source>Quality against cost …</source>
      <translation>Qualität gegen Aufwand …</translation>
    </message>
    <message>
      <source>Quality against cost: try steps, guidance and samplers, and measure each</source>
      <translation>Qualität gegen Aufwand: Schritte, Führung und Sampler probieren und jedes messen</translation>
    </message>
    <message>
      <source>Quarter</source>
      <translation>Viertel</translation>
    </message>
    <message>
      <source>Quarter beats</source>
      <translation>Viertelschläge</translation>
    </message>
    <message>
      <source>Quarters a minute</source>
      <translation>Viertel je Minute</translation>
    </message>
    <message>
      <source>Question</source>
      <translation>Frage</translation>
    </message>
    <message>
      <source>Queue</source>
      <translation>Warteschlange</translation>
    </message>
    <message>
      <source>Queue held</source>
      <translation>Warteschlange angehalten</translation>
    </message>
    <message>
      <source>Queue held, %1</source>
      <translation>Warteschlange angehalten, %1</translation>
    </message>
    <message>
      <source>Quit</source>
      <translation>Beenden</translation>
    </message>
    <message>
      <source>Quit Darkroom</source>
      <translation>Darkroom beenden</translation>
    </message>
    <message>
      <source>Range around the selection</source>
      <translation>Bereich um die Auswahl</translation>
    </message>
    <message>
      <source>Range from</source>
      <translation>Bereich ab</translation>
    </message>
    <message>
      <source>Range from here</source>
      <translation>Bereich ab hier</translation>
    </message>
    <message>
      <source>Range to</source>
      <translation>Bereich bis</translation>
    </message>
    <message>
      <source>Range up to here</source>
      <translation>Bereich bis hier</translation>
    </message>
    <message>
      <source>Rate blind …</source>
      <translation>Blind bewerten …</translation>
    </message>
    <message>
      <source>Rate blind: a set, or a folder of results …</source>
      <translation>Blind bewerten: ein Satz oder ein Ordner mit Ergebnissen …</translation>
    </message>
    <message>
      <source>Rate the favourites blind …</source>
      <translation>Favoriten blind bewerten …</translation>
    </message>
    <message>
      <source>Rating</source>
      <translation>Bewertung</translation>
    </message>
    <message>
      <source>Raw sound, sample by sample: goes on with a recorded tone or drum, or with the stroke of one; tells how likely any sound is.</source>
      <translation>Roher Klang, Sample für Sample: setzt einen aufgenommenen Ton oder Schlag fort, oder den Anschlag davon; sagt, wie wahrscheinlich ein Klang ist.</translation>
    </message>
    <message>
      <source>Reading the prompt</source>
      <translation>Prompt wird gelesen</translation>
    </message>
    <message>
      <source>Reading …</source>
      <translation>Wird gelesen …</translation>
    </message>
    <message>
      <source>Real files to compare with</source>
      <translation>Echte Dateien zum Vergleichen</translation>
    </message>
    <message>
      <source>Real files …</source>
      <translation>Echte Dateien …</translation>
    </message>
    <message>
      <source>Rebuild the history from the files</source>
      <translation>Verlauf aus den Dateien neu aufbauen</translation>
    </message>
    <message>
      <source>Recent projects</source>
      <translation>Letzte Projekte</translation>
    </message>
    <message>
      <source>Reconstruct</source>
      <translation>Nachbilden</translation>
    </message>
    <message>
      <source>Record</source>
      <translation>Aufnehmen</translation>
    </message>
    <message>
      <source>Record …</source>
      <translation>Aufnehmen …</translation>
    </message>
    <message>
      <source>Record, and the sound is drawn here.</source>
      <translation>Nehmen Sie auf, und der Klang wird hier gezeichnet.</translation>
    </message>
    <message>
      <source>Recorded notes</source>
      <translation>Aufgenommene Noten</translation>
    </message>
    <message>
      <source>Recorder</source>
      <translation>Blockflöte</translation>
    </message>
    <message>
      <source>Recording</source>
      <translation>Aufnahme</translation>
    </message>
    <message>
      <source>Red</source>
      <translation>Rot</translation>
    </message>
    <message>
      <source>Redo</source>
      <translation>Wiederholen</translation>
    </message>
    <message>
      <source>Reel</source>
      <translation>Reel</translation>
    </message>
    <message>
      <source>Reels, jigs, waltzes, marches and airs, written bar by bar as notes and sound; or goes on with yours.</source>
      <translation>Reels, Jigs, Walzer, Märsche und Airs, Takt für Takt als Noten und Klang geschrieben; oder setzt deine fort.</translation>
    </message>
    <message>
      <source>Region %1</source>
      <translation>Bereich %1</translation>
    </message>
    <message>
      <source>Regions</source>
      <translation>Bereiche</translation>
    </message>
    <message>
      <source>Release</source>
      <translation>Abfall</translation>
    </message>
    <message>
      <source>Relief</source>
      <translation>Relief</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>Entfernen</translation>
    </message>
    <message>
      <source>Remove a figure</source>
      <translation>Eine Figur entfernen</translation>
    </message>
    <message>
      <source>Remove favourite</source>
      <translation>Aus Favoriten nehmen</translation>
    </message>
    <message>
      <source>Remove from the queue (Del)</source>
      <translation>Aus der Warteschlange nehmen (Entf)</translation>
    </message>
    <message>
      <source>Remove point</source>
      <translation>Punkt entfernen</translation>
    </message>
    <message>
      <source>Remove results of the lab</source>
      <translation>Ergebnisse aus dem Lab entfernen</translation>
    </message>
    <message>
      <source>Remove the lane</source>
      <translation>Kurvenspur entfernen</translation>
    </message>
    <message>
      <source>Remove the range</source>
      <translation>Bereich entfernen</translation>
    </message>
    <message>
      <source>Remove this lane</source>
      <translation>Diese Kurvenspur entfernen</translation>
    </message>
    <message>
      <source>Remove this region</source>
      <translation>Diesen Bereich entfernen</translation>
    </message>
    <message>
      <source>Remove this side</source>
      <translation>Diese Seite entfernen</translation>
    </message>
    <message>
      <source>Rename marker</source>
      <translation>Marke umbenennen</translation>
    </message>
    <message>
      <source>Rename marker …</source>
      <translation>Marke umbenennen …</translation>
    </message>
    <message>
      <source>Rename track</source>
      <translation>Spur umbenennen</translation>
    </message>
    <message>
      <source>Render-CLIP: views against words</source>
      <translation>Render-CLIP: Ansichten gegen Worte</translation>
    </message>
    <message>
      <source>Rendering</source>
      <translation>Rendern</translation>
    </message>
    <message>
      <source>Repairs damaged sprites and tiles and shows what looks wrong. Paint a mask over the damage: what lies outside it is kept. Without a start it mends an example, or dreams up a sprite.</source>
      <translation>Repariert beschädigte Sprites und Kacheln und zeigt, was falsch aussieht. Übermale den Schaden mit einer Maske: Was außerhalb liegt, bleibt. Ohne Start repariert es ein Beispiel oder erträumt ein Sprite.</translation>
    </message>
    <message>
      <source>Repeat</source>
      <translation>Wiederholen</translation>
    </message>
    <message>
      <source>Repeat the clip</source>
      <translation>Clip wiederholen</translation>
    </message>
    <message>
      <source>Repeat the range</source>
      <translation>Bereich wiederholen</translation>
    </message>
    <message>
      <source>Repeat what is too short</source>
      <translation>Zu Kurzes wiederholen</translation>
    </message>
    <message>
      <source>Repeats</source>
      <translation>Wiederholungen</translation>
    </message>
    <message>
      <source>Report that opens anywhere (HTML) …</source>
      <translation>Bericht, der sich überall öffnet (HTML) …</translation>
    </message>
    <message>
      <source>Rescale</source>
      <translation>Rückskalierung</translation>
    </message>
    <message>
      <source>Reset %1</source>
      <translation>%1 zurücksetzen</translation>
    </message>
    <message>
      <source>Reset all options</source>
      <translation>Alle Optionen zurücksetzen</translation>
    </message>
    <message>
      <source>Reset layout</source>
      <translation>Anordnung zurücksetzen</translation>
    </message>
    <message>
      <source>Reset options</source>
      <translation>Optionen zurücksetzen</translation>
    </message>
    <message>
      <source>Reset the picture</source>
      <translation>Bild zurücksetzen</translation>
    </message>
    <message>
      <source>Reset to constant</source>
      <translation>Wieder eine Konstante</translation>
    </message>
    <message>
      <source>Result</source>
      <translation>Ergebnis</translation>
    </message>
    <message>
      <source>Result (End)</source>
      <translation>Ergebnis (Ende)</translation>
    </message>
    <message>
      <source>Results</source>
      <translation>Ergebnisse</translation>
    </message>
    <message>
      <source>Results go to %1 for now.</source>
      <translation>Ergebnisse kommen vorerst nach %1.</translation>
    </message>
    <message>
      <source>Results of each cell</source>
      <translation>Ergebnisse je Zelle</translation>
    </message>
    <message>
      <source>Resume</source>
      <translation>Fortsetzen</translation>
    </message>
    <message>
      <source>Retake</source>
      <translation>Neue Fassung</translation>
    </message>
    <message>
      <source>Reveal in folder</source>
      <translation>Im Ordner zeigen</translation>
    </message>
    <message>
      <source>Reverse diffusion</source>
      <translation>Rückwärtsdiffusion</translation>
    </message>
    <message>
      <source>Rhythm</source>
      <translation>Rhythmus</translation>
    </message>
    <message>
      <source>Right</source>
      <translation>Rechts</translation>
    </message>
    <message>
      <source>Rise</source>
      <translation>Steigen</translation>
    </message>
    <message>
      <source>Rock</source>
      <translation>Rock</translation>
    </message>
    <message>
      <source>Roll</source>
      <translation>Rollen</translation>
    </message>
    <message>
      <source>Roof shingles</source>
      <translation>Dachschindeln</translation>
    </message>
    <message>
      <source>Room</source>
      <translation>Raum</translation>
    </message>
    <message>
      <source>Room for steps</source>
      <translation>Platz für Schritte</translation>
    </message>
    <message>
      <source>Rose</source>
      <translation>Rosé</translation>
    </message>
    <message>
      <source>Rotation</source>
      <translation>Drehung</translation>
    </message>
    <message>
      <source>Round what is seen, to the right, a second; a camera that films goes 24° at most.</source>
      <translation>Um das Gesehene herum nach rechts, je Sekunde; eine filmende Kamera geht höchstens 24°.</translation>
    </message>
    <message>
      <source>Rounds</source>
      <translation>Runden</translation>
    </message>
    <message>
      <source>Rounds of smoothing of the surface.</source>
      <translation>Durchgänge, in denen die Oberfläche geglättet wird.</translation>
    </message>
    <message>
      <source>Rows</source>
      <translation>Zeilen</translation>
    </message>
    <message>
      <source>Rows of the start to keep when no mask is painted, of 32; 0 keeps those that are drawn (the upper half of a whole sprite).</source>
      <translation>Zeilen des Starts, die ohne gemalte Maske bleiben, von 32; 0 behält die gezeichneten (bei einem ganzen Sprite die obere Hälfte).</translation>
    </message>
    <message>
      <source>Ruler</source>
      <translation>Lineal</translation>
    </message>
    <message>
      <source>Rules</source>
      <translation>Regeln</translation>
    </message>
    <message>
      <source>Run the same request once more</source>
      <translation>Dieselbe Anfrage noch einmal ausführen</translation>
    </message>
    <message>
      <source>Rusty metal</source>
      <translation>Rostiges Metall</translation>
    </message>
    <message>
      <source>SDE</source>
      <translation>SDE</translation>
    </message>
    <message>
      <source>SOUND</source>
      <translation>KLANG</translation>
    </message>
    <message>
      <source>Sad</source>
      <translation>Traurig</translation>
    </message>
    <message>
      <source>Safe areas</source>
      <translation>Sichere Bereiche</translation>
    </message>
    <message>
      <source>Sample</source>
      <translation>Ziehen</translation>
    </message>
    <message>
      <source>Sampler</source>
      <translation>Sampler</translation>
    </message>
    <message>
      <source>Sampling</source>
      <translation>Sampling</translation>
    </message>
    <message>
      <source>Sand</source>
      <translation>Sand</translation>
    </message>
    <message>
      <source>Save a copy</source>
      <translation>Kopie sichern</translation>
    </message>
    <message>
      <source>Save a copy of the file elsewhere</source>
      <translation>Kopie der Datei anderswo sichern</translation>
    </message>
    <message>
      <source>Save a copy of the result</source>
      <translation>Kopie des Ergebnisses sichern</translation>
    </message>
    <message>
      <source>Save a copy of the result …</source>
      <translation>Kopie des Ergebnisses sichern …</translation>
    </message>
    <message>
      <source>Save a copy…</source>
      <translation>Kopie sichern…</translation>
    </message>
    <message>
      <source>Save as</source>
      <translation>Sichern unter</translation>
    </message>
    <message>
      <source>Save as …</source>
      <translation>Sichern unter …</translation>
    </message>
    <message>
      <source>Save it in another format (Ctrl+Shift+E)</source>
      <translation>In einem anderen Format sichern (Strg+Umschalt+E)</translation>
    </message>
    <message>
      <source>Save its file as …</source>
      <translation>Seine Datei speichern als …</translation>
    </message>
    <message>
      <source>Save its notes as MIDI …</source>
      <translation>Seine Noten als MIDI speichern …</translation>
    </message>
    <message>
      <source>Save the project as a folder</source>
      <translation>Projekt als Ordner speichern</translation>
    </message>
    <message>
      <source>Save the project as …</source>
      <translation>Projekt speichern als …</translation>
    </message>
    <message>
      <source>Save this frame …</source>
      <translation>Dieses Bild speichern …</translation>
    </message>
    <message>
      <source>Saved as %1.</source>
      <translation>Gespeichert als %1.</translation>
    </message>
    <message>
      <source>Saved as %s.</source>
      <translation>Gesichert als %s.</translation>
    </message>
    <message>
      <source>Saving</source>
      <translation>Wird gesichert</translation>
    </message>
    <message>
      <source>Saxophone</source>
      <translation>Saxofon</translation>
    </message>
    <message>
      <source>Scale</source>
      <translation>Größe</translation>
    </message>
    <message>
      <source>Scale keys</source>
      <translation>Punkte skalieren</translation>
    </message>
    <message>
      <source>Schedule</source>
      <translation>Rauschplan</translation>
    </message>
    <message>
      <source>Score</source>
      <translation>Einschätzung</translation>
    </message>
    <message>
      <source>Score SDE</source>
      <translation>Score-SDE</translation>
    </message>
    <message>
      <source>Score a result …</source>
      <translation>Ergebnis einschätzen …</translation>
    </message>
    <message>
      <source>Score this …</source>
      <translation>Dieses einschätzen …</translation>
    </message>
    <message>
      <source>Screen</source>
      <translation>Negativ multiplizieren</translation>
    </message>
    <message>
      <source>Scribble</source>
      <translation>Kritzelei</translation>
    </message>
    <message>
      <source>Scroll along time</source>
      <translation>Entlang der Zeit rollen</translation>
    </message>
    <message>
      <source>Scroll the steps</source>
      <translation>Durch die Schritte rollen</translation>
    </message>
    <message>
      <source>Scroll the tracks</source>
      <translation>Spuren rollen</translation>
    </message>
    <message>
      <source>Seamless textures and tiles from words: materials and colours, wrapping at all borders.</source>
      <translation>Nahtlose Texturen und Kacheln aus Worten: Materialien und Farben, an allen Rändern fortgesetzt.</translation>
    </message>
    <message>
      <source>Search commands</source>
      <translation>Befehle suchen</translation>
    </message>
    <message>
      <source>Search models</source>
      <translation>Modelle suchen</translation>
    </message>
    <message>
      <source>Search prompts</source>
      <translation>Prompts durchsuchen</translation>
    </message>
    <message>
      <source>Search shortcuts</source>
      <translation>Tastenkürzel suchen</translation>
    </message>
    <message>
      <source>Search the history</source>
      <translation>Verlauf durchsuchen</translation>
    </message>
    <message>
      <source>Search the models</source>
      <translation>Modelle durchsuchen</translation>
    </message>
    <message>
      <source>Seconds</source>
      <translation>Sekunden</translation>
    </message>
    <message>
      <source>Seconds for one result</source>
      <translation>Sekunden je Ergebnis</translation>
    </message>
    <message>
      <source>See the picture below</source>
      <translation>Das Bild darunter sehen</translation>
    </message>
    <message>
      <source>Seed</source>
      <translation>Seed</translation>
    </message>
    <message>
      <source>Seed travel</source>
      <translation>Startwert-Reise</translation>
    </message>
    <message>
      <source>Seeds</source>
      <translation>Startwerte</translation>
    </message>
    <message>
      <source>Seeds from 0 on; what is in the history already is not made again.</source>
      <translation>Seeds ab 0; was schon im Verlauf ist, wird nicht noch einmal erzeugt.</translation>
    </message>
    <message>
      <source>Sees four lit views from outside only; compare only figures of one network.</source>
      <translation>Sieht nur vier beleuchtete Ansichten von außen; nur Werte desselben Netzes vergleichen.</translation>
    </message>
    <message>
      <source>Select a clip or a track, or press the diamond beside a number in the inspector.</source>
      <translation>Wählen Sie einen Clip oder eine Spur, oder drücken Sie die Raute neben einer Zahl in den Eigenschaften.</translation>
    </message>
    <message>
      <source>Select all clips</source>
      <translation>Alle Clips auswählen</translation>
    </message>
    <message>
      <source>Select all from the playhead on</source>
      <translation>Alles ab dem Abspielkopf auswählen</translation>
    </message>
    <message>
      <source>Select clips on the timeline to see and change what they are.</source>
      <translation>Wählen Sie Clips auf der Zeitachse, um zu sehen und zu ändern, was sie sind.</translation>
    </message>
    <message>
      <source>Select the next clip</source>
      <translation>Nächsten Clip auswählen</translation>
    </message>
    <message>
      <source>Select the previous clip</source>
      <translation>Vorigen Clip auswählen</translation>
    </message>
    <message>
      <source>Send the folder “%1” in %2 back to whoever asked you.</source>
      <translation>Bitte den Ordner „%1“ in %2 an den zurücksenden, der gefragt hat.</translation>
    </message>
    <message>
      <source>Send to</source>
      <translation>Senden an</translation>
    </message>
    <message>
      <source>Send to %1</source>
      <translation>An %1 senden</translation>
    </message>
    <message>
      <source>Serious</source>
      <translation>Ernst</translation>
    </message>
    <message>
      <source>Set in and out</source>
      <translation>Ein- und Ausstieg setzen</translation>
    </message>
    <message>
      <source>Set in and out on the ruler</source>
      <translation>Ein- und Ausstieg auf dem Lineal setzen</translation>
    </message>
    <message>
      <source>Set metre</source>
      <translation>Takt setzen</translation>
    </message>
    <message>
      <source>Set tempo</source>
      <translation>Tempo setzen</translation>
    </message>
    <message>
      <source>Set the range</source>
      <translation>Bereich setzen</translation>
    </message>
    <message>
      <source>Set this prompt and generate</source>
      <translation>Diesen Prompt nehmen und erzeugen</translation>
    </message>
    <message>
      <source>Settings</source>
      <translation>Einstellungen</translation>
    </message>
    <message>
      <source>Settings …</source>
      <translation>Einstellungen …</translation>
    </message>
    <message>
      <source>Shading</source>
      <translation>Schattierung</translation>
    </message>
    <message>
      <source>Shadow</source>
      <translation>Schatten</translation>
    </message>
    <message>
      <source>Shadow of the title</source>
      <translation>Schatten des Titels</translation>
    </message>
    <message>
      <source>Shape</source>
      <translation>Form</translation>
    </message>
    <message>
      <source>Share of pixels that differ</source>
      <translation>Anteil verschiedener Pixel</translation>
    </message>
    <message>
      <source>Shaved</source>
      <translation>Rasiert</translation>
    </message>
    <message>
      <source>Sheet</source>
      <translation>Bogen</translation>
    </message>
    <message>
      <source>Shift, drag</source>
      <translation>Umschalt, ziehen</translation>
    </message>
    <message>
      <source>Shifted</source>
      <translation>Verschoben</translation>
    </message>
    <message>
      <source>Short</source>
      <translation>Kurz</translation>
    </message>
    <message>
      <source>Short to long hair.</source>
      <translation>Von kurzem zu langem Haar.</translation>
    </message>
    <message>
      <source>Show</source>
      <translation>Zeigen</translation>
    </message>
    <message>
      <source>Show %1</source>
      <translation>%1 zeigen</translation>
    </message>
    <message>
      <source>Show Darkroom where your checkpoints, LoRAs and ControlNets lie, a folder of another program or a download cache too. Nothing is moved or changed.</source>
      <translation>Hier erscheinen Checkpoints, LoRAs und ControlNets aus Ordnern, auch aus denen anderer Programme oder aus einem Zwischenspeicher für Downloads. Nichts wird verschoben oder verändert.</translation>
    </message>
    <message>
      <source>Show all joints</source>
      <translation>Alle Gelenke zeigen</translation>
    </message>
    <message>
      <source>Show all joints again</source>
      <translation>Alle Gelenke wieder zeigen</translation>
    </message>
    <message>
      <source>Show among the steps</source>
      <translation>Bei den Schritten zeigen</translation>
    </message>
    <message>
      <source>Show everything</source>
      <translation>Alles zeigen</translation>
    </message>
    <message>
      <source>Show in the folder</source>
      <translation>Im Ordner zeigen</translation>
    </message>
    <message>
      <source>Show its curves</source>
      <translation>Ihre Kurven zeigen</translation>
    </message>
    <message>
      <source>Show less time</source>
      <translation>Weniger Zeit zeigen</translation>
    </message>
    <message>
      <source>Show more time</source>
      <translation>Mehr Zeit zeigen</translation>
    </message>
    <message>
      <source>Show on the stage</source>
      <translation>Auf der Bühne zeigen</translation>
    </message>
    <message>
      <source>Show on the stage (Space)</source>
      <translation>Auf der Bühne zeigen (Leertaste)</translation>
    </message>
    <message>
      <source>Show one result again (Esc)</source>
      <translation>Wieder ein Ergebnis zeigen (Esc)</translation>
    </message>
    <message>
      <source>Show the axes</source>
      <translation>Achsen zeigen</translation>
    </message>
    <message>
      <source>Show the edges</source>
      <translation>Kanten zeigen</translation>
    </message>
    <message>
      <source>Show the floor</source>
      <translation>Boden zeigen</translation>
    </message>
    <message>
      <source>Show the folder of the votes</source>
      <translation>Ordner der Stimmen zeigen</translation>
    </message>
    <message>
      <source>Show the gallery folder</source>
      <translation>Galerieordner zeigen</translation>
    </message>
    <message>
      <source>Show the loop range</source>
      <translation>Schleifenbereich zeigen</translation>
    </message>
    <message>
      <source>Show the other one while this, or the key X, is held</source>
      <translation>Das andere zeigen, solange dies oder die Taste X gehalten wird</translation>
    </message>
    <message>
      <source>Show the picture while it forms</source>
      <translation>Das Bild zeigen, während es entsteht</translation>
    </message>
    <message>
      <source>Show the result</source>
      <translation>Ergebnis zeigen</translation>
    </message>
    <message>
      <source>Show the statistics</source>
      <translation>Statistik zeigen</translation>
    </message>
    <message>
      <source>Show the whole sound</source>
      <translation>Den ganzen Klang zeigen</translation>
    </message>
    <message>
      <source>Show this step</source>
      <translation>Diesen Schritt zeigen</translation>
    </message>
    <message>
      <source>Show this step as it truly is (D)</source>
      <translation>Diesen Schritt zeigen, wie er wirklich ist (D)</translation>
    </message>
    <message>
      <source>Shown</source>
      <translation>Gezeigt</translation>
    </message>
    <message>
      <source>Shows</source>
      <translation>Zeigt</translation>
    </message>
    <message>
      <source>Shows the picture, sound, clip or mesh and how it develops.</source>
      <translation>Zeigt Bild, Klang, Clip oder Netz und wie es sich entwickelt.</translation>
    </message>
    <message>
      <source>Shuffle seed</source>
      <translation>Seed würfeln</translation>
    </message>
    <message>
      <source>Side</source>
      <translation>Seite</translation>
    </message>
    <message>
      <source>Side %1</source>
      <translation>Seite %1</translation>
    </message>
    <message>
      <source>Side by side</source>
      <translation>Nebeneinander</translation>
    </message>
    <message>
      <source>Side of a tile</source>
      <translation>Seite einer Kachel</translation>
    </message>
    <message>
      <source>Signal-to-noise ratio of a corrector step.</source>
      <translation>Signal-Rausch-Verhältnis eines Korrekturschritts.</translation>
    </message>
    <message>
      <source>Silver</source>
      <translation>Silber</translation>
    </message>
    <message>
      <source>Sine</source>
      <translation>Sinus</translation>
    </message>
    <message>
      <source>Single odd pictures fool precision and recall; compare equal counts.</source>
      <translation>Einzelne seltsame Bilder täuschen Genauigkeit und Trefferquote; gleiche Anzahlen vergleichen.</translation>
    </message>
    <message>
      <source>Size</source>
      <translation>Größe</translation>
    </message>
    <message>
      <source>Size in pixels</source>
      <translation>Größe in Pixeln</translation>
    </message>
    <message>
      <source>Size of a Langevin step, as a share of sigma squared.</source>
      <translation>Größe eines Langevin-Schritts, als Anteil von Sigma im Quadrat.</translation>
    </message>
    <message>
      <source>Size of the brush</source>
      <translation>Größe des Pinsels</translation>
    </message>
    <message>
      <source>Size of the mesh</source>
      <translation>Größe des Netzes</translation>
    </message>
    <message>
      <source>Size of the title</source>
      <translation>Größe des Titels</translation>
    </message>
    <message>
      <source>Skin</source>
      <translation>Haut</translation>
    </message>
    <message>
      <source>Skin light</source>
      <translation>Helligkeit der Haut</translation>
    </message>
    <message>
      <source>Sky</source>
      <translation>Himmel</translation>
    </message>
    <message>
      <source>Sleep mask</source>
      <translation>Schlafmaske</translation>
    </message>
    <message>
      <source>Sleepy</source>
      <translation>Schläfrig</translation>
    </message>
    <message>
      <source>Slip clip</source>
      <translation>Inhalt schieben</translation>
    </message>
    <message>
      <source>Slip jig</source>
      <translation>Slip Jig</translation>
    </message>
    <message>
      <source>Slip the clip</source>
      <translation>Inhalt des Clips schieben</translation>
    </message>
    <message>
      <source>Slip what a clip shows</source>
      <translation>Schieben, was ein Clip zeigt</translation>
    </message>
    <message>
      <source>Smaller brush</source>
      <translation>Kleinerer Pinsel</translation>
    </message>
    <message>
      <source>Smaller figure</source>
      <translation>Kleinere Figur</translation>
    </message>
    <message>
      <source>Smile</source>
      <translation>Lächeln</translation>
    </message>
    <message>
      <source>Smooth</source>
      <translation>Weich</translation>
    </message>
    <message>
      <source>Smooth (bezier)</source>
      <translation>Weich (Bézier)</translation>
    </message>
    <message>
      <source>Smooth keys</source>
      <translation>Punkte glätten</translation>
    </message>
    <message>
      <source>Smooth the handles</source>
      <translation>Griffe glätten</translation>
    </message>
    <message>
      <source>Smoothing</source>
      <translation>Glättung</translation>
    </message>
    <message>
      <source>Smoothly (Lanczos)</source>
      <translation>Glatt (Lanczos)</translation>
    </message>
    <message>
      <source>Snap</source>
      <translation>Einrasten</translation>
    </message>
    <message>
      <source>Snare</source>
      <translation>Snare</translation>
    </message>
    <message>
      <source>Snow</source>
      <translation>Schnee</translation>
    </message>
    <message>
      <source>Snr</source>
      <translation>Signal-Rausch-Verhältnis</translation>
    </message>
    <message>
      <source>Soft 3D stickers and flat emoji from words: things, colours, numbers, places, things worn.</source>
      <translation>Weiche 3D-Sticker und flache Emojis aus Worten: Dinge, Farben, Anzahlen, Orte, Getragenes.</translation>
    </message>
    <message>
      <source>Soft beginnings are missed; a tempo of half or double counts as right.</source>
      <translation>Weiche Einsätze entgehen ihr; halbes oder doppeltes Tempo gilt als richtig.</translation>
    </message>
    <message>
      <source>Soft edge</source>
      <translation>Weicher Rand</translation>
    </message>
    <message>
      <source>Soft things soft and loud ones loud, or the peak at -1 dB.</source>
      <translation>Leises leise und Lautes laut, oder die Spitze bei -1 dB.</translation>
    </message>
    <message>
      <source>Soften the edge</source>
      <translation>Den Rand weicher machen</translation>
    </message>
    <message>
      <source>Softer brush</source>
      <translation>Weicherer Pinsel</translation>
    </message>
    <message>
      <source>Solo</source>
      <translation>Solo</translation>
    </message>
    <message>
      <source>Solo track</source>
      <translation>Spur solo</translation>
    </message>
    <message>
      <source>Solo: leave the others out</source>
      <translation>Solo: die anderen weglassen</translation>
    </message>
    <message>
      <source>Something unforeseen happened in the window (%1); your work is safe, details are in %2.</source>
      <translation>Im Fenster ist etwas Unvorhergesehenes geschehen (%1); die Arbeit ist sicher, Näheres steht in %2.</translation>
    </message>
    <message>
      <source>Sound</source>
      <translation>Klang</translation>
    </message>
    <message>
      <source>Sound device</source>
      <translation>Tongerät</translation>
    </message>
    <message>
      <source>Sound effects and instrument notes from words, in seconds or bars, looped to the sample if wanted. With a start sound, all or a part of it is made anew; the result is then as long as the start.</source>
      <translation>Klangeffekte und Instrumententöne aus Worten, in Sekunden oder Takten, auf Wunsch auf das Sample genau als Schleife. Mit einem Startklang wird er ganz oder teilweise neu gemacht; das Ergebnis ist dann so lang wie der Start.</translation>
    </message>
    <message>
      <source>Sound track</source>
      <translation>Tonspur</translation>
    </message>
    <message>
      <source>Sound viewer</source>
      <translation>Klangansicht</translation>
    </message>
    <message>
      <source>Sounds</source>
      <translation>Klänge</translation>
    </message>
    <message>
      <source>Space</source>
      <translation>Leertaste</translation>
    </message>
    <message>
      <source>Space plays and pauses, J, K and L play back, stop and play on, I and O set the loop, R repeats it.</source>
      <translation>Leertaste spielt und hält an, J, K und L spielen zurück, halten an und spielen weiter, I und O setzen die Schleife, R wiederholt sie.</translation>
    </message>
    <message>
      <source>Space plays and pauses, J, K and L play back, stop and play on, comma and full stop step by frame, I and O set the loop, R repeats it.</source>
      <translation>Leertaste spielt und hält an, J, K und L spielen zurück, halten an und spielen weiter, Komma und Punkt gehen bildweise, I und O setzen die Schleife, R wiederholt sie.</translation>
    </message>
    <message>
      <source>Space plays and pauses, J, K and L play back, stop and play on, the arrow keys step by frame, with Shift by beat, I and O set the range, R repeats it.</source>
      <translation>Leertaste spielt und hält an, J, K und L spielen zurück, halten und spielen weiter, die Pfeiltasten gehen bildweise, mit Umschalt schlagweise, I und O setzen den Bereich, R wiederholt ihn.</translation>
    </message>
    <message>
      <source>Spacing</source>
      <translation>Abstände</translation>
    </message>
    <message>
      <source>Spectral convergence</source>
      <translation>Spektrale Konvergenz</translation>
    </message>
    <message>
      <source>Spectrogram</source>
      <translation>Spektrogramm</translation>
    </message>
    <message>
      <source>Spectrograms of A and B, and their difference</source>
      <translation>Spektrogramme von A und B, und ihr Unterschied</translation>
    </message>
    <message>
      <source>Speed</source>
      <translation>Tempo</translation>
    </message>
    <message>
      <source>Speed of the clip</source>
      <translation>Geschwindigkeit des Clips</translation>
    </message>
    <message>
      <source>Speed, and with it the pitch</source>
      <translation>Geschwindigkeit, und mit ihr die Tonhöhe</translation>
    </message>
    <message>
      <source>Split at the playhead</source>
      <translation>Am Abspielkopf teilen</translation>
    </message>
    <message>
      <source>Split clips</source>
      <translation>Clips teilen</translation>
    </message>
    <message>
      <source>Spread of the noise: low is typical, high is odd. Over the layers: low end first, detail last.</source>
      <translation>Streuung des Rauschens: niedrig ist typisch, hoch ist seltsam. Über die Schichten: erst die Tiefen, zuletzt die Feinheiten.</translation>
    </message>
    <message>
      <source>Sprite</source>
      <translation>Sprite</translation>
    </message>
    <message>
      <source>Sprite sheet</source>
      <translation>Sprite-Bogen</translation>
    </message>
    <message>
      <source>Sprites on one sheet: the seed's own and those of the seeds after it.</source>
      <translation>Sprites auf einem Bogen: das des Seeds und die der Seeds danach.</translation>
    </message>
    <message>
      <source>Square</source>
      <translation>Quadratisch</translation>
    </message>
    <message>
      <source>Square wave</source>
      <translation>Rechteckwelle</translation>
    </message>
    <message>
      <source>Squares (nearest neighbour)</source>
      <translation>Quadrate (nächster Nachbar)</translation>
    </message>
    <message>
      <source>Stage</source>
      <translation>Bühne</translation>
    </message>
    <message>
      <source>Stand straight</source>
      <translation>Gerade stehen</translation>
    </message>
    <message>
      <source>Stand straight again</source>
      <translation>Wieder gerade stehen</translation>
    </message>
    <message>
      <source>Starry</source>
      <translation>Sternenaugen</translation>
    </message>
    <message>
      <source>Starry sky</source>
      <translation>Sternenhimmel</translation>
    </message>
    <message>
      <source>Stars</source>
      <translation>Sterne</translation>
    </message>
    <message>
      <source>Stars: each alone, from one to five</source>
      <translation>Sterne: jedes für sich, eins bis fünf</translation>
    </message>
    <message>
      <source>Start</source>
      <translation>Start</translation>
    </message>
    <message>
      <source>Start clip</source>
      <translation>Startclip</translation>
    </message>
    <message>
      <source>Start image</source>
      <translation>Startbild</translation>
    </message>
    <message>
      <source>Start image or clip</source>
      <translation>Startbild oder -clip</translation>
    </message>
    <message>
      <source>Start mesh</source>
      <translation>Startnetz</translation>
    </message>
    <message>
      <source>Start no further job; what runs goes on</source>
      <translation>Keinen weiteren Auftrag beginnen; was läuft, läuft weiter</translation>
    </message>
    <message>
      <source>Start or end of the sound</source>
      <translation>Anfang oder Ende des Klangs</translation>
    </message>
    <message>
      <source>Start sound</source>
      <translation>Startklang</translation>
    </message>
    <message>
      <source>Starting</source>
      <translation>Beginnt</translation>
    </message>
    <message>
      <source>Stately</source>
      <translation>Würdevoll</translation>
    </message>
    <message>
      <source>Stay</source>
      <translation>Bleiben</translation>
    </message>
    <message>
      <source>Stems as FLAC</source>
      <translation>Einzelspuren als FLAC</translation>
    </message>
    <message>
      <source>Stems as WAV</source>
      <translation>Einzelspuren als WAV</translation>
    </message>
    <message>
      <source>Step</source>
      <translation>Schritt</translation>
    </message>
    <message>
      <source>Step %1</source>
      <translation>Schritt %1</translation>
    </message>
    <message>
      <source>Step %1 cannot be branched from: no checkpoint of it is kept. Choose another step.</source>
      <translation>Von Schritt %1 lässt sich nicht abzweigen: sein Zustand ist nicht aufbewahrt. Bitte einen anderen wählen.</translation>
    </message>
    <message>
      <source>Step %1 of %2</source>
      <translation>Schritt %1 von %2</translation>
    </message>
    <message>
      <source>Step %1 of %2
noise level %3
change %4
after %5 s</source>
      <translation>Schritt %1 von %2
Rauschpegel %3
Änderung %4
nach %5 s</translation>
    </message>
    <message>
      <source>Step %1 of %2, noise level %3, change %4</source>
      <translation>Schritt %1 von %2, Rauschpegel %3, Änderung %4</translation>
    </message>
    <message>
      <source>Step %d is no longer stored, so its parent runs again up to there first.</source>
      <translation>Schritt %d ist nicht mehr gespeichert, darum läuft der Ursprung erst noch einmal bis dorthin.</translation>
    </message>
    <message>
      <source>Step by step</source>
      <translation>Schritt für Schritt</translation>
    </message>
    <message>
      <source>Step menu</source>
      <translation>Menü des Schritts</translation>
    </message>
    <message>
      <source>Step {0} of {1}</source>
      <translation>Schritt {0} von {1}</translation>
    </message>
    <message>
      <source>Steps</source>
      <translation>Schritte</translation>
    </message>
    <message>
      <source>Steps 1 to %1 belong to the run this one branched from; double-click to go there.</source>
      <translation>Die Schritte 1 bis %1 gehören zum Lauf, von dem dieser abzweigt; Doppelklick führt dorthin.</translation>
    </message>
    <message>
      <source>Steps from the mean face to all details.</source>
      <translation>Schritte vom mittleren Gesicht zu allen Einzelheiten.</translation>
    </message>
    <message>
      <source>Steps in which the picture is drawn.</source>
      <translation>Schritte, in denen das Bild gezeichnet wird.</translation>
    </message>
    <message>
      <source>Steps of both runs</source>
      <translation>Schritte beider Läufe</translation>
    </message>
    <message>
      <source>Steps of the image engine; 0: as it usually takes.</source>
      <translation>Schritte der Bild-Engine; 0: wie sie sie üblicherweise nimmt.</translation>
    </message>
    <message>
      <source>Stereo</source>
      <translation>Stereo</translation>
    </message>
    <message>
      <source>Sticker</source>
      <translation>Sticker</translation>
    </message>
    <message>
      <source>Sticker turbo</source>
      <translation>Sticker Turbo</translation>
    </message>
    <message>
      <source>Stone</source>
      <translation>Stein</translation>
    </message>
    <message>
      <source>Stop</source>
      <translation>Stopp</translation>
    </message>
    <message>
      <source>Stop after this step and go on later</source>
      <translation>Nach diesem Schritt anhalten und später weiter</translation>
    </message>
    <message>
      <source>Stop all jobs</source>
      <translation>Alle Aufträge stoppen</translation>
    </message>
    <message>
      <source>Stop and keep</source>
      <translation>Anhalten und behalten</translation>
    </message>
    <message>
      <source>Stop decoding</source>
      <translation>Dekodieren abbrechen</translation>
    </message>
    <message>
      <source>Stop live typing</source>
      <translation>Live-Tippen beenden</translation>
    </message>
    <message>
      <source>Stop looking</source>
      <translation>Durchsehen beenden</translation>
    </message>
    <message>
      <source>Stop making them</source>
      <translation>Erzeugen anhalten</translation>
    </message>
    <message>
      <source>Stop this run (Esc)</source>
      <translation>Diesen Lauf stoppen (Esc)</translation>
    </message>
    <message>
      <source>Stop what runs (Esc)</source>
      <translation>Laufendes stoppen (Esc)</translation>
    </message>
    <message>
      <source>Stopped.</source>
      <translation>Angehalten.</translation>
    </message>
    <message>
      <source>Stopped. Begun again, it goes on where it was.</source>
      <translation>Angehalten. Neu begonnen, geht es dort weiter, wo es war.</translation>
    </message>
    <message>
      <source>Stopping</source>
      <translation>Stoppt</translation>
    </message>
    <message>
      <source>Stopping …</source>
      <translation>Stoppt …</translation>
    </message>
    <message>
      <source>Straight</source>
      <translation>Glatt</translation>
    </message>
    <message>
      <source>Strathspey</source>
      <translation>Strathspey</translation>
    </message>
    <message>
      <source>Strength</source>
      <translation>Stärke</translation>
    </message>
    <message>
      <source>Strength of %1</source>
      <translation>Stärke von %1</translation>
    </message>
    <message>
      <source>Strength of region %1</source>
      <translation>Stärke von Bereich %1</translation>
    </message>
    <message>
      <source>Strength of the start</source>
      <translation>Stärke des Starts</translation>
    </message>
    <message>
      <source>Strength of the start image</source>
      <translation>Stärke des Startbilds</translation>
    </message>
    <message>
      <source>Stretch</source>
      <translation>Strecken</translation>
    </message>
    <message>
      <source>Stretched edges</source>
      <translation>Gestreckte Ränder</translation>
    </message>
    <message>
      <source>Strings</source>
      <translation>Streicher</translation>
    </message>
    <message>
      <source>Strongly</source>
      <translation>Stark</translation>
    </message>
    <message>
      <source>Studio</source>
      <translation>Studio</translation>
    </message>
    <message>
      <source>Style</source>
      <translation>Stil</translation>
    </message>
    <message>
      <source>Style mixing</source>
      <translation>Stilmischung</translation>
    </message>
    <message>
      <source>Subtitles (SRT)</source>
      <translation>Untertitel (SRT)</translation>
    </message>
    <message>
      <source>Sunglasses</source>
      <translation>Sonnenbrille</translation>
    </message>
    <message>
      <source>Surface</source>
      <translation>Oberfläche</translation>
    </message>
    <message>
      <source>Surface (GLB)</source>
      <translation>Oberfläche (GLB)</translation>
    </message>
    <message>
      <source>Switch curve</source>
      <translation>Kurve schalten</translation>
    </message>
    <message>
      <source>Switch off</source>
      <translation>Ausschalten</translation>
    </message>
    <message>
      <source>Switch on</source>
      <translation>Einschalten</translation>
    </message>
    <message>
      <source>Switch the lane off</source>
      <translation>Kurvenspur ausschalten</translation>
    </message>
    <message>
      <source>Switch the lane on</source>
      <translation>Kurvenspur einschalten</translation>
    </message>
    <message>
      <source>Symmetry</source>
      <translation>Symmetrie</translation>
    </message>
    <message>
      <source>T2I adapter</source>
      <translation>T2I-Adapter</translation>
    </message>
    <message>
      <source>THE COURSE OF THE RUN</source>
      <translation>DER HERGANG DES LAUFS</translation>
    </message>
    <message>
      <source>Table of all cells (CSV) …</source>
      <translation>Tabelle aller Zellen (CSV) …</translation>
    </message>
    <message>
      <source>Tables</source>
      <translation>Tabellen</translation>
    </message>
    <message>
      <source>Take</source>
      <translation>Fassung</translation>
    </message>
    <message>
      <source>Take %1</source>
      <translation>Fassung %1</translation>
    </message>
    <message>
      <source>Take %1 away</source>
      <translation>%1 wegnehmen</translation>
    </message>
    <message>
      <source>Take a colour from the drawing</source>
      <translation>Eine Farbe aus der Zeichnung nehmen</translation>
    </message>
    <message>
      <source>Take the background off</source>
      <translation>Den Hintergrund wegnehmen</translation>
    </message>
    <message>
      <source>Take the ended jobs off the list; their results stay in the history</source>
      <translation>Beendete Aufträge aus der Liste nehmen; ihre Ergebnisse bleiben im Verlauf</translation>
    </message>
    <message>
      <source>Take the last answer back</source>
      <translation>Letzte Antwort zurücknehmen</translation>
    </message>
    <message>
      <source>Take what is the same</source>
      <translation>Gleiches übernehmen</translation>
    </message>
    <message>
      <source>Takes</source>
      <translation>Fassungen</translation>
    </message>
    <message>
      <source>Tan</source>
      <translation>Gebräunt</translation>
    </message>
    <message>
      <source>Task</source>
      <translation>Aufgabe</translation>
    </message>
    <message>
      <source>Teal</source>
      <translation>Petrol</translation>
    </message>
    <message>
      <source>Tell how likely the tile is, in bits per dimension (some seconds).</source>
      <translation>Sagen, wie wahrscheinlich die Kachel ist, in Bit je Dimension (einige Sekunden).</translation>
    </message>
    <message>
      <source>Tells how well your words fit a picture, which words fit it best, and shows where in it they are found. Without a start it looks through its own sheet of small pictures.</source>
      <translation>Sagt, wie gut deine Worte zu einem Bild passen und welche am besten passen, und zeigt, wo im Bild sie zu finden sind. Ohne Startbild sucht es auf einem eigenen Bogen kleiner Bilder.</translation>
    </message>
    <message>
      <source>Temperature</source>
      <translation>Temperatur</translation>
    </message>
    <message>
      <source>Tempo</source>
      <translation>Tempo</translation>
    </message>
    <message>
      <source>Tempo and metre</source>
      <translation>Tempo und Takt</translation>
    </message>
    <message>
      <source>Tempo from here …</source>
      <translation>Tempo ab hier …</translation>
    </message>
    <message>
      <source>Temporal consistency and flicker</source>
      <translation>Zeitliche Beständigkeit und Flackern</translation>
    </message>
    <message>
      <source>Text encoder</source>
      <translation>Textkodierer</translation>
    </message>
    <message>
      <source>That was all: thank you!</source>
      <translation>Das war alles: vielen Dank!</translation>
    </message>
    <message>
      <source>The %1 selected results of the history</source>
      <translation>Die %1 gewählten Ergebnisse im Verlauf</translation>
    </message>
    <message>
      <source>The LoRA %s of this recipe is not here, or does not fit.</source>
      <translation>Die LoRA %s dieses Rezepts ist nicht hier oder passt nicht.</translation>
    </message>
    <message>
      <source>The SDE: variance preserving or variance exploding.</source>
      <translation>Die SDE: varianzerhaltend oder varianzexplodierend.</translation>
    </message>
    <message>
      <source>The branch keeps the engine %s of its parent, with its settings.</source>
      <translation>Der Zweig behält die Maschine %s seines Ursprungs, mit ihren Einstellungen.</translation>
    </message>
    <message>
      <source>The branch keeps the size of its parent: the picture has begun with it.</source>
      <translation>Der Zweig behält die Größe seines Ursprungs: das Bild hat damit begonnen.</translation>
    </message>
    <message>
      <source>The bytes agree.</source>
      <translation>Die Bytes stimmen überein.</translation>
    </message>
    <message>
      <source>The camera tilted to its right side.</source>
      <translation>Die Kamera, nach rechts geneigt.</translation>
    </message>
    <message>
      <source>The clip ends with this drawing.</source>
      <translation>Der Clip endet mit dieser Zeichnung.</translation>
    </message>
    <message>
      <source>The clip ends with this picture.</source>
      <translation>Der Clip endet mit diesem Bild.</translation>
    </message>
    <message>
      <source>The clip's time is spread over the steps of the engine's run.</source>
      <translation>Die Zeit des Clips verteilt sich auf die Schritte des Laufs.</translation>
    </message>
    <message>
      <source>The colour behind the face.</source>
      <translation>Die Farbe hinter dem Gesicht.</translation>
    </message>
    <message>
      <source>The colour of the hair.</source>
      <translation>Die Farbe des Haars.</translation>
    </message>
    <message>
      <source>The comparison is written to %1.</source>
      <translation>Der Vergleich ist nach %1 geschrieben.</translation>
    </message>
    <message>
      <source>The course is written to %1.</source>
      <translation>Der Hergang ist nach %1 geschrieben.</translation>
    </message>
    <message>
      <source>The course of the run</source>
      <translation>Der Hergang des Laufs</translation>
    </message>
    <message>
      <source>The cut for Final Cut and DaVinci Resolve.</source>
      <translation>Der Schnitt für Final Cut und DaVinci Resolve.</translation>
    </message>
    <message>
      <source>The cut with all takes; Darkroom reads it back whole.</source>
      <translation>Der Schnitt mit allen Fassungen; Darkroom liest ihn vollständig zurück.</translation>
    </message>
    <message>
      <source>The cuts of one picture track, for old and new editors.</source>
      <translation>Die Schnitte einer Bildspur, für alte und neue Schnittprogramme.</translation>
    </message>
    <message>
      <source>The development was exported to %s: %d pictures.</source>
      <translation>Die Entwicklung wurde nach %s exportiert: %d Bilder.</translation>
    </message>
    <message>
      <source>The draft of the last session could not be read; it starts empty.</source>
      <translation>Der Entwurf der letzten Sitzung war nicht lesbar; er beginnt leer.</translation>
    </message>
    <message>
      <source>The engine %s is not here any more; %s is used instead.</source>
      <translation>Die Maschine %s gibt es hier nicht mehr; statt ihrer wird %s benutzt.</translation>
    </message>
    <message>
      <source>The engine %s of this preset is not here.</source>
      <translation>Die Engine %s dieser Voreinstellung ist nicht hier.</translation>
    </message>
    <message>
      <source>The engine %s of this recipe is not here; the engine of the draft is used instead.</source>
      <translation>Die Maschine %s dieses Rezepts ist nicht hier; statt ihrer wird die des Entwurfs benutzt.</translation>
    </message>
    <message>
      <source>The engine follows it in windows of several frames.</source>
      <translation>Die Engine folgt ihr in Fenstern von mehreren Bildern.</translation>
    </message>
    <message>
      <source>The engine is at work.</source>
      <translation>Die Maschine arbeitet.</translation>
    </message>
    <message>
      <source>The engine is getting ready.</source>
      <translation>Die Engine macht sich bereit.</translation>
    </message>
    <message>
      <source>The engine is ready.</source>
      <translation>Die Maschine ist bereit.</translation>
    </message>
    <message>
      <source>The engine is starting.</source>
      <translation>Die Maschine startet.</translation>
    </message>
    <message>
      <source>The engine takes one number for the whole clip: that of its beginning.</source>
      <translation>Die Engine nimmt eine Zahl für den ganzen Clip: die vom Anfang.</translation>
    </message>
    <message>
      <source>The engines are looked up anew when Darkroom starts again.</source>
      <translation>Beim nächsten Start von Darkroom werden die Maschinen neu gesucht.</translation>
    </message>
    <message>
      <source>The file is ready now: drag it once more.</source>
      <translation>Die Datei ist jetzt fertig: Ziehen Sie sie noch einmal.</translation>
    </message>
    <message>
      <source>The first layer that is the second face's: 0 all of it, 7 none.</source>
      <translation>Die erste Schicht, die vom zweiten Gesicht ist: 0 alle, 7 keine.</translation>
    </message>
    <message>
      <source>The font that ships</source>
      <translation>Die mitgelieferte Schrift</translation>
    </message>
    <message>
      <source>The frame after the last is the first (of a start clip: its first).</source>
      <translation>Auf das letzte Bild folgt das erste (bei einem Startclip: dessen erstes).</translation>
    </message>
    <message>
      <source>The frame after the last is the first, if the turns are whole.</source>
      <translation>Auf das letzte Bild folgt das erste, wenn die Drehungen ganze sind.</translation>
    </message>
    <message>
      <source>The frame after the last is the first.</source>
      <translation>Das Bild nach dem letzten ist das erste.</translation>
    </message>
    <message>
      <source>The frame at</source>
      <translation>Das Bild bei</translation>
    </message>
    <message>
      <source>The head tilted left to right.</source>
      <translation>Der Kopf von links nach rechts geneigt.</translation>
    </message>
    <message>
      <source>The history was rebuilt from the files: %d results.</source>
      <translation>Der Verlauf wurde aus den Dateien neu aufgebaut: %d Ergebnisse.</translation>
    </message>
    <message>
      <source>The image engine that draws, as `darkroom engines` lists it.</source>
      <translation>Die Bild-Engine, die zeichnet, wie `darkroom engines` sie nennt.</translation>
    </message>
    <message>
      <source>The key light, above the camera.</source>
      <translation>Das Führungslicht, über der Kamera.</translation>
    </message>
    <message>
      <source>The key light, to the right of the camera.</source>
      <translation>Das Führungslicht, rechts von der Kamera.</translation>
    </message>
    <message>
      <source>The key of %1 after</source>
      <translation>Der Punkt von %1 danach</translation>
    </message>
    <message>
      <source>The key of %1 before</source>
      <translation>Der Punkt von %1 davor</translation>
    </message>
    <message>
      <source>The language changes when Darkroom is started again.</source>
      <translation>Die Sprache wechselt beim nächsten Start von Darkroom.</translation>
    </message>
    <message>
      <source>The look of the eyes.</source>
      <translation>Der Blick der Augen.</translation>
    </message>
    <message>
      <source>The look of what is drawn.</source>
      <translation>Das Aussehen dessen, was gezeichnet wird.</translation>
    </message>
    <message>
      <source>The look; the prompt can say it too.</source>
      <translation>Das Aussehen; auch der Prompt kann es sagen.</translation>
    </message>
    <message>
      <source>The material; the prompt can say it too.</source>
      <translation>Das Material; der Prompt kann es auch sagen.</translation>
    </message>
    <message>
      <source>The model finds it less likely than noise.</source>
      <translation>Das Modell hält es für unwahrscheinlicher als Rauschen.</translation>
    </message>
    <message>
      <source>The model finds it likelier than held-out data.</source>
      <translation>Das Modell hält es für wahrscheinlicher als zurückgehaltene Daten.</translation>
    </message>
    <message>
      <source>The mouth.</source>
      <translation>Der Mund.</translation>
    </message>
    <message>
      <source>The note as in MIDI, 60 being the middle C; 0 is as prompted.</source>
      <translation>Die Note wie in MIDI, 60 ist das eingestrichene C; 0 ist wie im Prompt.</translation>
    </message>
    <message>
      <source>The note that is home.</source>
      <translation>Der Grundton.</translation>
    </message>
    <message>
      <source>The oldest steps are thinned out beyond this; results are never touched.</source>
      <translation>Darüber hinaus werden die ältesten Schritte ausgedünnt; Ergebnisse bleiben unberührt.</translation>
    </message>
    <message>
      <source>The part of the clip in which it goes to its end, a last picture or the loop's.</source>
      <translation>Der Teil des Clips, in dem er zu seinem Ende geht, einem letzten Bild oder dem der Schleife.</translation>
    </message>
    <message>
      <source>The path is written to %1.</source>
      <translation>Der Weg ist nach %1 geschrieben.</translation>
    </message>
    <message>
      <source>The pattern's rhythm.</source>
      <translation>Der Rhythmus des Musters.</translation>
    </message>
    <message>
      <source>The picture B that A (the start, or the seed's face) is blended to.</source>
      <translation>Das Bild B, in das A (der Start oder das Gesicht des Seeds) überblendet wird.</translation>
    </message>
    <message>
      <source>The picture follows the words as you type; nothing is kept until you generate (Ctrl+Shift+L)</source>
      <translation>Das Bild folgt den Worten beim Tippen; nichts wird behalten, bis du erzeugst (Strg+Umschalt+L)</translation>
    </message>
    <message>
      <source>The picture follows your words.</source>
      <translation>Das Bild folgt deinen Worten.</translation>
    </message>
    <message>
      <source>The picture is being worked on; what comes of it goes into the history.</source>
      <translation>Das Bild wird bearbeitet; was daraus wird, kommt in den Verlauf.</translation>
    </message>
    <message>
      <source>The picture turns clockwise, a second.</source>
      <translation>Das Bild dreht sich im Uhrzeigersinn, je Sekunde.</translation>
    </message>
    <message>
      <source>The picture, or where its energy is high (what looks wrong).</source>
      <translation>Das Bild, oder wo seine Energie hoch ist (was falsch aussieht).</translation>
    </message>
    <message>
      <source>The point that is looked at</source>
      <translation>Der betrachtete Punkt</translation>
    </message>
    <message>
      <source>The prompt has %d variants; %d is the most at once.</source>
      <translation>Der Prompt hat %d Varianten; höchstens %d gehen auf einmal.</translation>
    </message>
    <message>
      <source>The prompt track's words</source>
      <translation>Die Worte der Promptspur</translation>
    </message>
    <message>
      <source>The range anew</source>
      <translation>Den Bereich neu</translation>
    </message>
    <message>
      <source>The recipe is inside the file.</source>
      <translation>Das Rezept steckt in der Datei.</translation>
    </message>
    <message>
      <source>The recipe lies beside it, as .darkroom.json.</source>
      <translation>Das Rezept liegt daneben, als .darkroom.json.</translation>
    </message>
    <message>
      <source>The recipe needs %s, which is not on this machine.</source>
      <translation>Das Rezept braucht %s, das auf diesem Rechner fehlt.</translation>
    </message>
    <message>
      <source>The result begins from this clip.</source>
      <translation>Das Ergebnis beginnt mit diesem Clip.</translation>
    </message>
    <message>
      <source>The result begins from this drawing.</source>
      <translation>Das Ergebnis beginnt mit dieser Zeichnung.</translation>
    </message>
    <message>
      <source>The result begins from this mesh.</source>
      <translation>Das Ergebnis beginnt mit diesem Netz.</translation>
    </message>
    <message>
      <source>The result begins from this picture, or goes on after this clip.</source>
      <translation>Das Ergebnis beginnt mit diesem Bild oder geht nach diesem Clip weiter.</translation>
    </message>
    <message>
      <source>The result begins from this picture.</source>
      <translation>Das Ergebnis geht von diesem Bild aus.</translation>
    </message>
    <message>
      <source>The result begins from this sound.</source>
      <translation>Das Ergebnis beginnt mit diesem Klang.</translation>
    </message>
    <message>
      <source>The result is worked out …</source>
      <translation>Das Ergebnis wird berechnet …</translation>
    </message>
    <message>
      <source>The results</source>
      <translation>Die Ergebnisse</translation>
    </message>
    <message>
      <source>The run failed</source>
      <translation>Der Lauf ist gescheitert</translation>
    </message>
    <message>
      <source>The same in seconds: every bar touched is written anew.</source>
      <translation>Dasselbe in Sekunden: Jeder berührte Takt wird neu geschrieben.</translation>
    </message>
    <message>
      <source>The same question as the Frechet distance, without its bias at small counts.</source>
      <translation>Dieselbe Frage wie beim Fréchet-Abstand, ohne dessen Verzerrung bei kleinen Anzahlen.</translation>
    </message>
    <message>
      <source>The same seed and settings give the same result.</source>
      <translation>Derselbe Seed und dieselben Einstellungen ergeben dasselbe Ergebnis.</translation>
    </message>
    <message>
      <source>The same, and it can be clear.</source>
      <translation>Dasselbe, und es kann durchsichtig sein.</translation>
    </message>
    <message>
      <source>The scale on it.</source>
      <translation>Die Tonleiter darauf.</translation>
    </message>
    <message>
      <source>The seed of a second face to mix in; -1 for none.</source>
      <translation>Der Seed eines zweiten Gesichts zum Beimischen; -1 für keines.</translation>
    </message>
    <message>
      <source>The sheet is written to %s.</source>
      <translation>Der Bogen ist nach %s geschrieben.</translation>
    </message>
    <message>
      <source>The smallest window, as a share of the longer side.</source>
      <translation>Das kleinste Fenster, als Anteil der längeren Seite.</translation>
    </message>
    <message>
      <source>The smallest, slow to write.</source>
      <translation>Am kleinsten, langsam zu schreiben.</translation>
    </message>
    <message>
      <source>The step on the stage</source>
      <translation>Der Schritt auf der Bühne</translation>
    </message>
    <message>
      <source>The steps of the two runs are not both kept, so where they part is not known.</source>
      <translation>Von den zwei Läufen sind nicht beide Schrittfolgen aufbewahrt; wo sie sich trennen, ist darum unbekannt.</translation>
    </message>
    <message>
      <source>The steps of these results are not kept.</source>
      <translation>Die Schritte dieser Ergebnisse sind nicht aufbewahrt.</translation>
    </message>
    <message>
      <source>The steps of this result are not kept; generate it again to see them.</source>
      <translation>Die Schritte dieses Ergebnisses sind nicht aufbewahrt; bitte noch einmal erzeugen, um sie zu sehen.</translation>
    </message>
    <message>
      <source>The steps of this run are not kept; make it again to see its course.</source>
      <translation>Die Schritte dieses Laufs sind nicht aufbewahrt; bitte noch einmal erzeugen, um seinen Hergang zu sehen.</translation>
    </message>
    <message>
      <source>The stickers of image/sticker in a few steps: the picture follows the words as they are typed.</source>
      <translation>Die Sticker von image/sticker in wenigen Schritten: Das Bild folgt den Worten beim Tippen.</translation>
    </message>
    <message>
      <source>The surface itself, or a map of it for controls.</source>
      <translation>Die Oberfläche selbst oder eine Karte davon zum Steuern.</translation>
    </message>
    <message>
      <source>The surface of a clip, for games and the web.</source>
      <translation>Die Oberfläche eines Clips, für Spiele und Web.</translation>
    </message>
    <message>
      <source>The time signature.</source>
      <translation>Die Taktart.</translation>
    </message>
    <message>
      <source>The way from A to B: spherical or straight.</source>
      <translation>Der Weg von A nach B: sphärisch oder gerade.</translation>
    </message>
    <message>
      <source>Their rates differ, so no difference is drawn.</source>
      <translation>Ihre Abtastraten sind verschieden, darum ist kein Unterschied gezeichnet.</translation>
    </message>
    <message>
      <source>Theme</source>
      <translation>Darstellung</translation>
    </message>
    <message>
      <source>Theme of the system</source>
      <translation>Darstellung des Systems</translation>
    </message>
    <message>
      <source>There are as many figures as a map may have.</source>
      <translation>Mehr Figuren kann eine Karte nicht haben.</translation>
    </message>
    <message>
      <source>There are no models in these folders. Add another one, or look again with F5.</source>
      <translation>In diesen Ordnern liegen keine Modelle. Bitte einen anderen hinzufügen oder mit F5 noch einmal nachsehen.</translation>
    </message>
    <message>
      <source>There are no titles, prompts or markers.</source>
      <translation>Es gibt keine Titel, Prompts oder Marken.</translation>
    </message>
    <message>
      <source>There are no two favourites yet: give results a star in the history.</source>
      <translation>Noch gibt es keine zwei Favoriten: bitte Ergebnissen im Verlauf einen Stern geben.</translation>
    </message>
    <message>
      <source>There is no engine %s here.</source>
      <translation>Die Engine %s gibt es hier nicht.</translation>
    </message>
    <message>
      <source>There is no engine that makes what this track takes.</source>
      <translation>Es gibt keine Engine, die erzeugt, was diese Spur aufnimmt.</translation>
    </message>
    <message>
      <source>There is no engine to make this with; choose one first.</source>
      <translation>Dafür gibt es keine Maschine; bitte erst eine wählen.</translation>
    </message>
    <message>
      <source>There is no engine; choose one first.</source>
      <translation>Es gibt keine Maschine; bitte erst eine wählen.</translation>
    </message>
    <message>
      <source>There is no file and no picture on the clipboard to paste.</source>
      <translation>In der Zwischenablage ist weder eine Datei noch ein Bild zum Einfügen.</translation>
    </message>
    <message>
      <source>There is no finished result to compare with.</source>
      <translation>Es gibt kein fertiges Ergebnis zum Vergleichen.</translation>
    </message>
    <message>
      <source>There is no finished result to save yet.</source>
      <translation>Noch gibt es kein fertiges Ergebnis zum Sichern.</translation>
    </message>
    <message>
      <source>There is no finished result to score.</source>
      <translation>Es gibt kein fertiges Ergebnis zum Einschätzen.</translation>
    </message>
    <message>
      <source>There is no run on the stage to branch from.</source>
      <translation>Auf der Bühne ist kein Lauf zum Abzweigen.</translation>
    </message>
    <message>
      <source>There is no run on the stage to export.</source>
      <translation>Auf der Bühne ist kein Lauf zum Exportieren.</translation>
    </message>
    <message>
      <source>There is nothing on the timeline yet.</source>
      <translation>Auf der Zeitachse ist noch nichts.</translation>
    </message>
    <message>
      <source>These cannot be compared</source>
      <translation>Diese lassen sich nicht vergleichen</translation>
    </message>
    <message>
      <source>These results are all of one setting: choose results of two or more.</source>
      <translation>Diese Ergebnisse haben alle dieselbe Einstellung: bitte Ergebnisse von zweien oder mehr wählen.</translation>
    </message>
    <message>
      <source>They part at step %1, where already their noise levels differ.</source>
      <translation>Sie trennen sich bei Schritt %1, wo schon ihre Rauschpegel verschieden sind.</translation>
    </message>
    <message>
      <source>They part at step %1.</source>
      <translation>Sie trennen sich bei Schritt %1.</translation>
    </message>
    <message>
      <source>Thickness</source>
      <translation>Dicke</translation>
    </message>
    <message>
      <source>Thin lines the picture keeps to: your drawing, or those of any picture.</source>
      <translation>Dünne Linien, an die sich das Bild hält: deine Zeichnung oder die Linien irgendeines Bildes.</translation>
    </message>
    <message>
      <source>Thin parts weigh as little as their area.</source>
      <translation>Dünne Teile wiegen so wenig wie ihre Fläche.</translation>
    </message>
    <message>
      <source>Things move from where they are to where they will be, or only dissolve.</source>
      <translation>Dinge wandern dorthin, wo sie sein werden, oder blenden nur über.</translation>
    </message>
    <message>
      <source>Thirds</source>
      <translation>Drittel</translation>
    </message>
    <message>
      <source>Thirds of beats</source>
      <translation>Drittelschläge</translation>
    </message>
    <message>
      <source>This</source>
      <translation>Dieses</translation>
    </message>
    <message>
      <source>This cannot be shown</source>
      <translation>Das lässt sich nicht zeigen</translation>
    </message>
    <message>
      <source>This engine cannot run: %1 is missing.</source>
      <translation>Diese Maschine kann nicht laufen: %1 fehlt.</translation>
    </message>
    <message>
      <source>This engine has no setting that can be drawn as a curve over the steps.</source>
      <translation>Diese Maschine hat keine Einstellung, die sich als Kurve über die Schritte zeichnen lässt.</translation>
    </message>
    <message>
      <source>This engine is not there, so the clip cannot be made again.</source>
      <translation>Diese Engine gibt es hier nicht, also kann der Clip nicht neu erzeugt werden.</translation>
    </message>
    <message>
      <source>This installation cannot write it.</source>
      <translation>Diese Installation kann das nicht schreiben.</translation>
    </message>
    <message>
      <source>This map is used just as it is here.</source>
      <translation>Diese Karte wird genau so verwendet, wie sie hier ist.</translation>
    </message>
    <message>
      <source>This plot (PNG) …</source>
      <translation>Dieses Diagramm (PNG) …</translation>
    </message>
    <message>
      <source>This plot (SVG) …</source>
      <translation>Dieses Diagramm (SVG) …</translation>
    </message>
    <message>
      <source>This run failed</source>
      <translation>Dieser Lauf ist gescheitert</translation>
    </message>
    <message>
      <source>This run tells nothing of guidance: there was none, or its engine does not say.</source>
      <translation>Dieser Lauf verrät nichts über die Führung: es gab keine, oder seine Engine sagt nichts dazu.</translation>
    </message>
    <message>
      <source>This seed makes: %1</source>
      <translation>Dieser Seed ergibt: %1</translation>
    </message>
    <message>
      <source>Three frames</source>
      <translation>Drei Bilder</translation>
    </message>
    <message>
      <source>Threshold</source>
      <translation>Schwelle</translation>
    </message>
    <message>
      <source>Throw away</source>
      <translation>Verwerfen</translation>
    </message>
    <message>
      <source>Tiara</source>
      <translation>Diadem</translation>
    </message>
    <message>
      <source>Tile</source>
      <translation>Kachel</translation>
    </message>
    <message>
      <source>Tiled three by three</source>
      <translation>Drei mal drei gekachelt</translation>
    </message>
    <message>
      <source>Tilt</source>
      <translation>Neigung</translation>
    </message>
    <message>
      <source>Time</source>
      <translation>Zeit</translation>
    </message>
    <message>
      <source>Time in</source>
      <translation>Zeit in</translation>
    </message>
    <message>
      <source>Timecode</source>
      <translation>Timecode</translation>
    </message>
    <message>
      <source>Timecode, bar|beat, 12.5 s, 48f (frames) or 2 bars</source>
      <translation>Timecode, Takt|Schlag, 12.5 s, 48f (Bilder) oder 2 bars</translation>
    </message>
    <message>
      <source>Timeline</source>
      <translation>Zeitleiste</translation>
    </message>
    <message>
      <source>Times larger a second.</source>
      <translation>So viel größer je Sekunde.</translation>
    </message>
    <message>
      <source>Timing</source>
      <translation>Taktung</translation>
    </message>
    <message>
      <source>Title</source>
      <translation>Titel</translation>
    </message>
    <message>
      <source>Titles</source>
      <translation>Titel</translation>
    </message>
    <message>
      <source>To bar</source>
      <translation>Bis Takt</translation>
    </message>
    <message>
      <source>To eighth triplets</source>
      <translation>Auf Achteltriolen</translation>
    </message>
    <message>
      <source>To eighths</source>
      <translation>Auf Achtel</translation>
    </message>
    <message>
      <source>To quarters</source>
      <translation>Auf Viertel</translation>
    </message>
    <message>
      <source>To sixteenths</source>
      <translation>Auf Sechzehntel</translation>
    </message>
    <message>
      <source>To the left by %1</source>
      <translation>Nach links um %1</translation>
    </message>
    <message>
      <source>To the next cut</source>
      <translation>Zum nächsten Schnitt</translation>
    </message>
    <message>
      <source>To the previous cut</source>
      <translation>Zum vorigen Schnitt</translation>
    </message>
    <message>
      <source>To the right by %1</source>
      <translation>Nach rechts um %1</translation>
    </message>
    <message>
      <source>To the right, in widths of the frame a second.</source>
      <translation>Nach rechts, in Bildbreiten je Sekunde.</translation>
    </message>
    <message>
      <source>To the start</source>
      <translation>Zum Anfang</translation>
    </message>
    <message>
      <source>Told by its name, since its content leaves that open</source>
      <translation>Am Namen erkannt, da der Inhalt es offen lässt</translation>
    </message>
    <message>
      <source>Tom</source>
      <translation>Tom</translation>
    </message>
    <message>
      <source>Too high with few pictures; compare only equal counts and features (that of EfficientNet is no Inception FID). 'error' is the luck of the draw, twice of it a 95 % interval; 'endless' takes the bias of few out.</source>
      <translation>Zu hoch bei wenigen Bildern; nur gleiche Anzahlen und Merkmale vergleichen (der von EfficientNet ist keine Inception-FID). „error“ ist das Glück der Ziehung, das Doppelte ein 95-%-Bereich; „endless“ nimmt die Verzerrung kleiner Anzahlen heraus.</translation>
    </message>
    <message>
      <source>Top</source>
      <translation>Oben</translation>
    </message>
    <message>
      <source>Top k</source>
      <translation>Top-k</translation>
    </message>
    <message>
      <source>Top p</source>
      <translation>Top-p</translation>
    </message>
    <message>
      <source>Track</source>
      <translation>Spur</translation>
    </message>
    <message>
      <source>Track down</source>
      <translation>Spur nach unten</translation>
    </message>
    <message>
      <source>Track of notes</source>
      <translation>Notenspur</translation>
    </message>
    <message>
      <source>Track of prompts</source>
      <translation>Promptspur</translation>
    </message>
    <message>
      <source>Track up</source>
      <translation>Spur nach oben</translation>
    </message>
    <message>
      <source>Tracks</source>
      <translation>Spuren</translation>
    </message>
    <message>
      <source>Transparent</source>
      <translation>Durchsichtig</translation>
    </message>
    <message>
      <source>Transport</source>
      <translation>Wiedergabe</translation>
    </message>
    <message>
      <source>Travel</source>
      <translation>Reise</translation>
    </message>
    <message>
      <source>Travels</source>
      <translation>Reist</translation>
    </message>
    <message>
      <source>Tree bark</source>
      <translation>Baumrinde</translation>
    </message>
    <message>
      <source>Tree of branches</source>
      <translation>Baum der Zweige</translation>
    </message>
    <message>
      <source>Tries</source>
      <translation>Versuche</translation>
    </message>
    <message>
      <source>Trim clip</source>
      <translation>Clip kürzen</translation>
    </message>
    <message>
      <source>Trim the clip</source>
      <translation>Clip kürzen</translation>
    </message>
    <message>
      <source>Trombone</source>
      <translation>Posaune</translation>
    </message>
    <message>
      <source>Trumpet</source>
      <translation>Trompete</translation>
    </message>
    <message>
      <source>Truncation</source>
      <translation>Trunkierung</translation>
    </message>
    <message>
      <source>Try again</source>
      <translation>Noch einmal</translation>
    </message>
    <message>
      <source>Try again (Space)</source>
      <translation>Noch einmal (Leertaste)</translation>
    </message>
    <message>
      <source>Tune</source>
      <translation>Melodie</translation>
    </message>
    <message>
      <source>Turn</source>
      <translation>Drehen</translation>
    </message>
    <message>
      <source>Turn into keys</source>
      <translation>In Punkte verwandeln</translation>
    </message>
    <message>
      <source>Turn the figure left</source>
      <translation>Die Figur nach links drehen</translation>
    </message>
    <message>
      <source>Turn the figure right</source>
      <translation>Die Figur nach rechts drehen</translation>
    </message>
    <message>
      <source>Turn the light</source>
      <translation>Licht drehen</translation>
    </message>
    <message>
      <source>Turn the mesh</source>
      <translation>Netz drehen</translation>
    </message>
    <message>
      <source>Turns</source>
      <translation>Drehungen</translation>
    </message>
    <message>
      <source>Turns round the mesh in the clip; 0 stands still.</source>
      <translation>Drehungen um das Netz im Clip; 0 steht still.</translation>
    </message>
    <message>
      <source>Turntable</source>
      <translation>Drehteller</translation>
    </message>
    <message>
      <source>Two at a time: choose the better one. It ends by itself when enough is known.</source>
      <translation>Immer zwei: das bessere wählen. Es endet von selbst, sobald genug bekannt ist.</translation>
    </message>
    <message>
      <source>Two at a time: the better one goes on, until one is left.</source>
      <translation>Immer zwei: das bessere kommt weiter, bis eines übrig ist.</translation>
    </message>
    <message>
      <source>Two clips</source>
      <translation>Zwei Clips</translation>
    </message>
    <message>
      <source>Two frames</source>
      <translation>Zwei Bilder</translation>
    </message>
    <message>
      <source>Two meshes</source>
      <translation>Zwei Netze</translation>
    </message>
    <message>
      <source>Two pictures</source>
      <translation>Zwei Bilder</translation>
    </message>
    <message>
      <source>Two results side by side</source>
      <translation>Zwei Ergebnisse nebeneinander</translation>
    </message>
    <message>
      <source>Two sounds</source>
      <translation>Zwei Klänge</translation>
    </message>
    <message>
      <source>Type a prompt, or begin with one of these; you see every step, and each is kept.</source>
      <translation>Einen Prompt schreiben oder mit einem von diesen beginnen; jeder Schritt ist zu sehen und bleibt.</translation>
    </message>
    <message>
      <source>Typical</source>
      <translation>Typisch</translation>
    </message>
    <message>
      <source>Unbiased, but noisy with few pictures. 'spread' is the deviation over subsets, as papers tell it; 'error' the standard error.</source>
      <translation>Unverzerrt, aber bei wenigen Bildern ungenau. „spread“ ist die Abweichung über Teilmengen, wie in Veröffentlichungen; „error“ der Standardfehler.</translation>
    </message>
    <message>
      <source>Under a second</source>
      <translation>Unter einer Sekunde</translation>
    </message>
    <message>
      <source>Undo</source>
      <translation>Rückgängig</translation>
    </message>
    <message>
      <source>Undo the deletion</source>
      <translation>Löschen rückgängig machen</translation>
    </message>
    <message>
      <source>UniPC</source>
      <translation>UniPC</translation>
    </message>
    <message>
      <source>Unit of the metre</source>
      <translation>Einheit des Takts</translation>
    </message>
    <message>
      <source>Unknown</source>
      <translation>Unbekannt</translation>
    </message>
    <message>
      <source>Up to this bar of the start; 0 is its last.</source>
      <translation>Bis zu diesem Takt des Starts; 0 ist sein letzter.</translation>
    </message>
    <message>
      <source>Up to this second; 0 is the end of the start.</source>
      <translation>Bis zu dieser Sekunde; 0 ist das Ende des Starts.</translation>
    </message>
    <message>
      <source>Upbeat</source>
      <translation>Auftakt</translation>
    </message>
    <message>
      <source>Upscaler</source>
      <translation>Vergrößerer</translation>
    </message>
    <message>
      <source>Upset</source>
      <translation>Bekümmert</translation>
    </message>
    <message>
      <source>Use it as it is</source>
      <translation>Unverändert verwenden</translation>
    </message>
    <message>
      <source>Use it in</source>
      <translation>Verwenden in</translation>
    </message>
    <message>
      <source>Use it in another engine</source>
      <translation>In einer anderen Engine verwenden</translation>
    </message>
    <message>
      <source>Use it in another engine (Ctrl+T)</source>
      <translation>In einer anderen Engine verwenden (Strg+T)</translation>
    </message>
    <message>
      <source>Use one number again</source>
      <translation>Wieder eine Zahl nehmen</translation>
    </message>
    <message>
      <source>Use the engine %1</source>
      <translation>Maschine %1 benutzen</translation>
    </message>
    <message>
      <source>Use the result on the stage</source>
      <translation>Das Ergebnis auf der Bühne nehmen</translation>
    </message>
    <message>
      <source>Use the settings of the result</source>
      <translation>Einstellungen des Ergebnisses übernehmen</translation>
    </message>
    <message>
      <source>Use these settings</source>
      <translation>Diese Einstellungen übernehmen</translation>
    </message>
    <message>
      <source>Use this frame in</source>
      <translation>Dieses Bild verwenden in</translation>
    </message>
    <message>
      <source>Use this view in</source>
      <translation>Diese Ansicht verwenden in</translation>
    </message>
    <message>
      <source>VAE</source>
      <translation>VAE</translation>
    </message>
    <message>
      <source>VE</source>
      <translation>VE</translation>
    </message>
    <message>
      <source>VGG16; not comparable with AlexNet's</source>
      <translation>VGG16; nicht mit AlexNet vergleichbar</translation>
    </message>
    <message>
      <source>VGGish; comparable with Frechet audio distances of papers</source>
      <translation>VGGish; vergleichbar mit Fréchet-Audioabständen aus Veröffentlichungen</translation>
    </message>
    <message>
      <source>VP</source>
      <translation>VP</translation>
    </message>
    <message>
      <source>Value</source>
      <translation>Wert</translation>
    </message>
    <message>
      <source>Value …</source>
      <translation>Wert …</translation>
    </message>
    <message>
      <source>Values</source>
      <translation>Werte</translation>
    </message>
    <message>
      <source>Variation</source>
      <translation>Variation</translation>
    </message>
    <message>
      <source>Variety</source>
      <translation>Vielfalt</translation>
    </message>
    <message>
      <source>Vary</source>
      <translation>Variieren</translation>
    </message>
    <message>
      <source>Vary its take</source>
      <translation>Seine Fassung abwandeln</translation>
    </message>
    <message>
      <source>Vendi score</source>
      <translation>Vendi-Score</translation>
    </message>
    <message>
      <source>Version %1</source>
      <translation>Version %1</translation>
    </message>
    <message>
      <source>Vertices</source>
      <translation>Ecken</translation>
    </message>
    <message>
      <source>Vibraphone</source>
      <translation>Vibrafon</translation>
    </message>
    <message>
      <source>Video</source>
      <translation>Video</translation>
    </message>
    <message>
      <source>Violin</source>
      <translation>Violine</translation>
    </message>
    <message>
      <source>Vocoder</source>
      <translation>Vocoder</translation>
    </message>
    <message>
      <source>Vorbis, small; as many samples as it has. </source>
      <translation>Vorbis, klein; genau so viele Abtastwerte. </translation>
    </message>
    <message>
      <source>Votes</source>
      <translation>Stimmen</translation>
    </message>
    <message>
      <source>WHAT CAME</source>
      <translation>WAS HERAUSKAM</translation>
    </message>
    <message>
      <source>WHAT IS COMPARED (hidden until the end)</source>
      <translation>WAS VERGLICHEN WIRD (bis zum Ende verborgen)</translation>
    </message>
    <message>
      <source>WHAT THE ENGINES TOLD</source>
      <translation>WAS DIE ENGINES MELDEN</translation>
    </message>
    <message>
      <source>WHAT WAS ASKED FOR</source>
      <translation>WAS VERLANGT WAR</translation>
    </message>
    <message>
      <source>Waiting</source>
      <translation>Wartet</translation>
    </message>
    <message>
      <source>Waiting for the first preview</source>
      <translation>Warten auf die erste Vorschau</translation>
    </message>
    <message>
      <source>Waiting for the first step</source>
      <translation>Warten auf den ersten Schritt</translation>
    </message>
    <message>
      <source>Waiting for the first step …</source>
      <translation>Warten auf den ersten Schritt …</translation>
    </message>
    <message>
      <source>Waiting its turn</source>
      <translation>Wartet</translation>
    </message>
    <message>
      <source>Waltz</source>
      <translation>Walzer</translation>
    </message>
    <message>
      <source>Water</source>
      <translation>Wasser</translation>
    </message>
    <message>
      <source>Watertight</source>
      <translation>Wasserdicht</translation>
    </message>
    <message>
      <source>Wave</source>
      <translation>Welle</translation>
    </message>
    <message>
      <source>Waveform</source>
      <translation>Wellenform</translation>
    </message>
    <message>
      <source>Waveform and spectrogram</source>
      <translation>Wellenform und Spektrogramm</translation>
    </message>
    <message>
      <source>Wavy bob</source>
      <translation>Welliger Bob</translation>
    </message>
    <message>
      <source>Way</source>
      <translation>Weg</translation>
    </message>
    <message>
      <source>Wear %1</source>
      <translation>%1 tragen</translation>
    </message>
    <message>
      <source>Weigh the prompt</source>
      <translation>Prompt gewichten</translation>
    </message>
    <message>
      <source>Weight</source>
      <translation>Gewicht</translation>
    </message>
    <message>
      <source>Weight of %1</source>
      <translation>Gewicht von %1</translation>
    </message>
    <message>
      <source>Weight of the words</source>
      <translation>Gewicht der Worte</translation>
    </message>
    <message>
      <source>What an engine makes</source>
      <translation>Was eine Engine erzeugt</translation>
    </message>
    <message>
      <source>What an engine makes …</source>
      <translation>Was eine Engine erzeugt …</translation>
    </message>
    <message>
      <source>What changes</source>
      <translation>Was sich ändert</translation>
    </message>
    <message>
      <source>What clips snap to</source>
      <translation>Woran Clips einrasten</translation>
    </message>
    <message>
      <source>What comes in from beyond the frame.</source>
      <translation>Was von außerhalb des Bildes hereinkommt.</translation>
    </message>
    <message>
      <source>What do you want to do?</source>
      <translation>Was soll geschehen?</translation>
    </message>
    <message>
      <source>What faces are drawn from: the mixture fitted to the data, or the model's own normal prior.</source>
      <translation>Woraus Gesichter gezogen werden: aus der an die Daten angepassten Mischung oder dem normalen Prior des Modells.</translation>
    </message>
    <message>
      <source>What is behind the colours. Transparency needs GIF, WebP or PNG.</source>
      <translation>Was hinter den Farben liegt. Durchsichtigkeit braucht GIF, WebP oder PNG.</translation>
    </message>
    <message>
      <source>What is behind the sprite.</source>
      <translation>Was hinter dem Sprite ist.</translation>
    </message>
    <message>
      <source>What is behind the sticker.</source>
      <translation>Was hinter dem Sticker ist.</translation>
    </message>
    <message>
      <source>What is behind the sticker. Transparency needs GIF, WebP or PNG.</source>
      <translation>Was hinter dem Sticker ist. Transparenz braucht GIF, WebP oder PNG.</translation>
    </message>
    <message>
      <source>What is behind things drawn without one: that of the start, or white. Transparency needs GIF or WebP.</source>
      <translation>Was hinter Dingen ohne Hintergrund liegt: der des Starts oder Weiß. Durchsichtigkeit braucht GIF oder WebP.</translation>
    </message>
    <message>
      <source>What is completed when there are neither start nor words: a shipped sprite of which half is hidden, or nothing.</source>
      <translation>Was vollendet wird, wenn es weder Start noch Worte gibt: ein mitgeliefertes Sprite, dessen Hälfte verdeckt ist, oder nichts.</translation>
    </message>
    <message>
      <source>What is drawn, where it should not be taken from the prompt ('a red rocket').</source>
      <translation>Was gezeichnet wird, wenn es nicht dem Prompt entnommen werden soll („a red rocket“).</translation>
    </message>
    <message>
      <source>What is here</source>
      <translation>Was hier ist</translation>
    </message>
    <message>
      <source>What is it to be called?</source>
      <translation>Wie soll sie heißen?</translation>
    </message>
    <message>
      <source>What is made of the picture before the model reads it.</source>
      <translation>Was aus dem Bild gemacht wird, bevor das Modell es liest.</translation>
    </message>
    <message>
      <source>What is on the clipboard is of another version of Darkroom: copy it once more.</source>
      <translation>In der Zwischenablage liegt etwas aus einer anderen Fassung von Darkroom: Kopieren Sie es noch einmal.</translation>
    </message>
    <message>
      <source>What is on the stage</source>
      <translation>Was auf der Bühne ist</translation>
    </message>
    <message>
      <source>What is played</source>
      <translation>Was gespielt wird</translation>
    </message>
    <message>
      <source>What is recorded</source>
      <translation>Was aufgenommen wird</translation>
    </message>
    <message>
      <source>What is tinted is made anew; soft edges change less.</source>
      <translation>Was getönt ist, wird neu gemacht; weiche Ränder ändern sich weniger.</translation>
    </message>
    <message>
      <source>What is worn: glasses, a mask, cat ears ...</source>
      <translation>Was getragen wird: Brille, Maske, Katzenohren ...</translation>
    </message>
    <message>
      <source>What it begins from without a start: a shipped sprite with a hole in it, or noise, which dreams one up.</source>
      <translation>Womit es ohne Start beginnt: ein mitgeliefertes Sprite mit einem Loch oder Rauschen, woraus es eines erträumt.</translation>
    </message>
    <message>
      <source>What it goes on with when no start is given: the first moment of a note of the sampled orchestra (0.08 s of a drum, 0.2 s of an instrument), or nothing, which makes rough strokes.</source>
      <translation>Was fortgesetzt wird, wenn kein Start da ist: der erste Moment einer Note des gesampelten Orchesters (0,08 s einer Trommel, 0,2 s eines Instruments), oder nichts, was raue Schläge ergibt.</translation>
    </message>
    <message>
      <source>What it is told to show (may stay empty)</source>
      <translation>Was es zeigen soll (darf leer bleiben)</translation>
    </message>
    <message>
      <source>What it should not be</source>
      <translation>Was es nicht sein soll</translation>
    </message>
    <message>
      <source>What it should not show</source>
      <translation>Was es nicht zeigen soll</translation>
    </message>
    <message>
      <source>What kind of tune.</source>
      <translation>Welche Art Melodie.</translation>
    </message>
    <message>
      <source>What lies across</source>
      <translation>Was waagerecht liegt</translation>
    </message>
    <message>
      <source>What of %1</source>
      <translation>Was von %1</translation>
    </message>
    <message>
      <source>What plays the tune.</source>
      <translation>Was die Melodie spielt.</translation>
    </message>
    <message>
      <source>What plays under it, from the chords that are written with the tune.</source>
      <translation>Was darunter spielt, aus den Akkorden, die mit der Melodie geschrieben werden.</translation>
    </message>
    <message>
      <source>What shall we begin from?</source>
      <translation>Womit wollen wir beginnen?</translation>
    </message>
    <message>
      <source>What shall we develop?</source>
      <translation>Was wollen wir entwickeln?</translation>
    </message>
    <message>
      <source>What sounds; the prompt can say it too. A start is gone on with as what it is.</source>
      <translation>Was klingt; der Prompt kann es auch sagen. Ein Start wird als das fortgesetzt, was er ist.</translation>
    </message>
    <message>
      <source>What the camera shows</source>
      <translation>Was die Kamera zeigt</translation>
    </message>
    <message>
      <source>What the cells are marked by: the stars of the history (S), or a metric</source>
      <translation>Wonach Zellen markiert werden: nach den Sternen des Verlaufs (S) oder einer Metrik</translation>
    </message>
    <message>
      <source>What the new part begins from</source>
      <translation>Womit der neue Teil beginnt</translation>
    </message>
    <message>
      <source>What this plot shows (CSV) …</source>
      <translation>Was dieses Diagramm zeigt (CSV) …</translation>
    </message>
    <message>
      <source>What to do with a start: go on with it, write bars inside it anew, or put chords under it.</source>
      <translation>Was mit einem Start geschieht: fortsetzen, Takte darin neu schreiben oder Akkorde darunterlegen.</translation>
    </message>
    <message>
      <source>What was asked for differently</source>
      <translation>Was anders verlangt war</translation>
    </message>
    <message>
      <source>What was measured</source>
      <translation>Was gemessen wurde</translation>
    </message>
    <message>
      <source>What you make is kept here. Drop a file on this panel to open it and take over its settings.</source>
      <translation>Was gemacht wird, bleibt hier. Eine hier abgelegte Datei wird geöffnet, und ihre Einstellungen werden übernommen.</translation>
    </message>
    <message>
      <source>When</source>
      <translation>Wann</translation>
    </message>
    <message>
      <source>When the result is shown, answers stay as they are.</source>
      <translation>Ist das Ergebnis gezeigt, bleiben die Antworten, wie sie sind.</translation>
    </message>
    <message>
      <source>Where that range ends; 0 is no range.</source>
      <translation>Wo dieser Bereich endet; 0 heißt kein Bereich.</translation>
    </message>
    <message>
      <source>Where the regions lie</source>
      <translation>Wo die Bereiche liegen</translation>
    </message>
    <message>
      <source>Where the steps fall.</source>
      <translation>Wo die Schritte liegen.</translation>
    </message>
    <message>
      <source>Whether a surface holds water: how many of its edges belong to one face only.</source>
      <translation>Ob eine Oberfläche dicht ist: wie viele ihrer Kanten nur zu einer Fläche gehören.</translation>
    </message>
    <message>
      <source>Whether a tune is in the key that was asked for.</source>
      <translation>Ob eine Melodie in der verlangten Tonart steht.</translation>
    </message>
    <message>
      <source>Whether an edit changed the picture as its words changed: the way between two pictures and two texts.</source>
      <translation>Ob eine Änderung das Bild so verändert hat wie die Worte: der Weg zwischen zwei Bildern und zwei Texten.</translation>
    </message>
    <message>
      <source>Whether each picture shows one clear thing and all together many.</source>
      <translation>Ob jedes Bild eine Sache klar zeigt und alle zusammen viele.</translation>
    </message>
    <message>
      <source>Whether left and right are made equal.</source>
      <translation>Ob links und rechts gleich gemacht werden.</translation>
    </message>
    <message>
      <source>Whether notes begin when they were asked to, and the tempo is the one asked for.</source>
      <translation>Ob Noten einsetzen, wann sie sollen, und das Tempo das verlangte ist.</translation>
    </message>
    <message>
      <source>Whether silence at the end is kept.</source>
      <translation>Ob Stille am Ende bleibt.</translation>
    </message>
    <message>
      <source>Whether the tile lies alone or three by three, so that a seam would show.</source>
      <translation>Ob die Kachel allein liegt oder drei mal drei, sodass eine Naht zu sehen wäre.</translation>
    </message>
    <message>
      <source>Whether what a clip shows stays the same from frame to frame, and whether its light flickers.</source>
      <translation>Ob das Gezeigte von Bild zu Bild gleich bleibt und ob das Licht flackert.</translation>
    </message>
    <message>
      <source>Which drum; the prompt can say it too.</source>
      <translation>Welche Trommel; der Prompt kann es auch sagen.</translation>
    </message>
    <message>
      <source>Which one is better?</source>
      <translation>Welches ist besser?</translation>
    </message>
    <message>
      <source>Whistle</source>
      <translation>Tin Whistle</translation>
    </message>
    <message>
      <source>White</source>
      <translation>Weiß</translation>
    </message>
    <message>
      <source>White may change, black stays; grey changes less.</source>
      <translation>Weiß darf sich ändern, Schwarz bleibt; Grau ändert sich weniger.</translation>
    </message>
    <message>
      <source>Wider steps (+)</source>
      <translation>Breitere Schritte (+)</translation>
    </message>
    <message>
      <source>Width</source>
      <translation>Breite</translation>
    </message>
    <message>
      <source>Wild</source>
      <translation>Wild</translation>
    </message>
    <message>
      <source>Wildcards</source>
      <translation>Platzhalter</translation>
    </message>
    <message>
      <source>Winking</source>
      <translation>Zwinkernd</translation>
    </message>
    <message>
      <source>With a start sound: sample a variation of it, edit what it is with its noise kept, or measure how likely it is. Strength is how far to go.</source>
      <translation>Mit einem Startklang: eine Variation ziehen, bei gleichem Rauschen ändern, was er ist, oder messen, wie wahrscheinlich er ist. Die Stärke sagt, wie weit.</translation>
    </message>
    <message>
      <source>With colours at the vertices. </source>
      <translation>Mit Farben an den Ecken. </translation>
    </message>
    <message>
      <source>With sound</source>
      <translation>Mit Ton</translation>
    </message>
    <message>
      <source>Without a mask, mend only the places whose energy stands out.</source>
      <translation>Ohne Maske nur die Stellen ausbessern, deren Energie herausragt.</translation>
    </message>
    <message>
      <source>Without a prompt</source>
      <translation>Ohne Prompt</translation>
    </message>
    <message>
      <source>Without background</source>
      <translation>Ohne Hintergrund</translation>
    </message>
    <message>
      <source>Without loss, half as large.</source>
      <translation>Ohne Verlust, halb so groß.</translation>
    </message>
    <message>
      <source>Without loss, smaller. </source>
      <translation>Verlustfrei, kleiner. </translation>
    </message>
    <message>
      <source>Without loss, with transparency. </source>
      <translation>Verlustfrei, mit Transparenz. </translation>
    </message>
    <message>
      <source>Without loss.</source>
      <translation>Ohne Verlust.</translation>
    </message>
    <message>
      <source>Without to with glasses.</source>
      <translation>Von ohne zu mit Brille.</translation>
    </message>
    <message>
      <source>Wooden planks</source>
      <translation>Holzdielen</translation>
    </message>
    <message>
      <source>Words</source>
      <translation>Wörter</translation>
    </message>
    <message>
      <source>Words and when they are seen.</source>
      <translation>Worte und wann man sie sieht.</translation>
    </message>
    <message>
      <source>Words from</source>
      <translation>Worte von</translation>
    </message>
    <message>
      <source>Words of the clip</source>
      <translation>Worte des Clips</translation>
    </message>
    <message>
      <source>Words of the negative prompt</source>
      <translation>Wörter des negativen Prompts</translation>
    </message>
    <message>
      <source>Words of the prompt</source>
      <translation>Wörter des Prompts</translation>
    </message>
    <message>
      <source>Words whose fit is measured (may stay empty)</source>
      <translation>Worte, deren Treue gemessen wird (darf leer bleiben)</translation>
    </message>
    <message>
      <source>Woven basket</source>
      <translation>Flechtkorb</translation>
    </message>
    <message>
      <source>Write</source>
      <translation>Schreiben</translation>
    </message>
    <message>
      <source>Write anew from this bar of the start on; 0 does not.</source>
      <translation>Ab diesem Takt des Starts neu schreiben; 0 lässt es.</translation>
    </message>
    <message>
      <source>Write new sound, or measure how likely the start is, sample by sample.</source>
      <translation>Neuen Klang schreiben oder messen, wie wahrscheinlich der Start ist, Sample für Sample.</translation>
    </message>
    <message>
      <source>Write only notes and chords of the key.</source>
      <translation>Nur Noten und Akkorde der Tonart schreiben.</translation>
    </message>
    <message>
      <source>Write the expression</source>
      <translation>Ausdruck schreiben</translation>
    </message>
    <message>
      <source>Write the negative</source>
      <translation>Negativen Prompt schreiben</translation>
    </message>
    <message>
      <source>Write the prompt</source>
      <translation>Prompt schreiben</translation>
    </message>
    <message>
      <source>Write the settings as they are now back into this job</source>
      <translation>Die jetzigen Einstellungen in diesen Auftrag zurückschreiben</translation>
    </message>
    <message>
      <source>Write the title</source>
      <translation>Titel schreiben</translation>
    </message>
    <message>
      <source>Write the values of a side.</source>
      <translation>Schreib die Werte einer Seite.</translation>
    </message>
    <message>
      <source>Written to %1.</source>
      <translation>Nach %1 geschrieben.</translation>
    </message>
    <message>
      <source>Written to %s.</source>
      <translation>Nach %s geschrieben.</translation>
    </message>
    <message>
      <source>X</source>
      <translation>X</translation>
    </message>
    <message>
      <source>X goes over to the other at the same place</source>
      <translation>X wechselt an derselben Stelle zum anderen</translation>
    </message>
    <message>
      <source>Xylophone</source>
      <translation>Xylofon</translation>
    </message>
    <message>
      <source>Y</source>
      <translation>Y</translation>
    </message>
    <message>
      <source>Your name</source>
      <translation>Ihr Name</translation>
    </message>
    <message>
      <source>Zoom</source>
      <translation>Zoom</translation>
    </message>
    <message>
      <source>Zoom at the mouse</source>
      <translation>An der Maus zoomen</translation>
    </message>
    <message>
      <source>Zoom in</source>
      <translation>Vergrößern</translation>
    </message>
    <message>
      <source>Zoom out</source>
      <translation>Verkleinern</translation>
    </message>
    <message>
      <source>Zoom with the wheel or plus and minus, pan by dragging or with the arrow keys, F fits, 1 is 1:1.</source>
      <translation>Zoomen mit dem Rad oder Plus und Minus, verschieben durch Ziehen oder Pfeiltasten, F passt ein, 1 ist 1:1.</translation>
    </message>
    <message>
      <source>a word in it | what takes its place | …</source>
      <translation>ein Wort darin | was an seine Stelle tritt | …</translation>
    </message>
    <message>
      <source>about %1</source>
      <translation>etwa %1</translation>
    </message>
    <message>
      <source>about %1 left</source>
      <translation>noch etwa %1</translation>
    </message>
    <message>
      <source>about a second left</source>
      <translation>noch etwa eine Sekunde</translation>
    </message>
    <message>
      <source>about {0} h {1:02d} min left</source>
      <translation>noch etwa {0} h {1:02d} min</translation>
    </message>
    <message>
      <source>about {0} min {1:02d} s left</source>
      <translation>noch etwa {0} min {1:02d} s</translation>
    </message>
    <message>
      <source>about {0} s left</source>
      <translation>noch etwa {0} s</translation>
    </message>
    <message>
      <source>after step {0} of {1}</source>
      <translation>nach Schritt {0} von {1}</translation>
    </message>
    <message>
      <source>after this step</source>
      <translation>nach diesem Schritt</translation>
    </message>
    <message>
      <source>alike</source>
      <translation>gleich gut</translation>
    </message>
    <message>
      <source>along the path</source>
      <translation>entlang des Wegs</translation>
    </message>
    <message>
      <source>as it truly is</source>
      <translation>wie er wirklich ist</translation>
    </message>
    <message>
      <source>as square as can be</source>
      <translation>so quadratisch wie möglich</translation>
    </message>
    <message>
      <source>as the model was taught</source>
      <translation>wie das Modell es gelernt hat</translation>
    </message>
    <message>
      <source>audio/drum's flow: an upper bound over its kinds</source>
      <translation>Flow von audio/drum: eine obere Schranke über seine Arten</translation>
    </message>
    <message>
      <source>audio/wave's autoregression: exact, at 16 kHz</source>
      <translation>Autoregression von audio/wave: genau, bei 16 kHz</translation>
    </message>
    <message>
      <source>both bad</source>
      <translation>beide schlecht</translation>
    </message>
    <message>
      <source>bpm</source>
      <translation>bpm</translation>
    </message>
    <message>
      <source>branched from step %1 of %2</source>
      <translation>verzweigt nach Schritt %1 von %2</translation>
    </message>
    <message>
      <source>branches from step %1</source>
      <translation>zweigt ab bei Schritt %1</translation>
    </message>
    <message>
      <source>by %1</source>
      <translation>mit %1</translation>
    </message>
    <message>
      <source>chamfer distance</source>
      <translation>Chamfer-Abstand</translation>
    </message>
    <message>
      <source>chance</source>
      <translation>Zufall</translation>
    </message>
    <message>
      <source>change since the step before</source>
      <translation>Änderung seit dem vorigen Schritt</translation>
    </message>
    <message>
      <source>change {0} %</source>
      <translation>Änderung {0} %</translation>
    </message>
    <message>
      <source>clipped</source>
      <translation>übersteuert</translation>
    </message>
    <message>
      <source>clips</source>
      <translation>Clips</translation>
    </message>
    <message>
      <source>constant</source>
      <translation>gleichbleibend</translation>
    </message>
    <message>
      <source>constant %1</source>
      <translation>Konstante %1</translation>
    </message>
    <message>
      <source>content %1</source>
      <translation>Inhalt %1</translation>
    </message>
    <message>
      <source>cosine</source>
      <translation>Kosinus</translation>
    </message>
    <message>
      <source>curve, %1, by step: %2</source>
      <translation>Kurve, %1, je Schritt: %2</translation>
    </message>
    <message>
      <source>dB</source>
      <translation>dB</translation>
    </message>
    <message>
      <source>decoding…</source>
      <translation>wird dekodiert…</translation>
    </message>
    <message>
      <source>developing</source>
      <translation>entwickelt sich</translation>
    </message>
    <message>
      <source>deviations</source>
      <translation>Abweichungen</translation>
    </message>
    <message>
      <source>distance to the last step</source>
      <translation>Abstand zum letzten Schritt</translation>
    </message>
    <message>
      <source>distance to the next</source>
      <translation>Abstand zum nächsten</translation>
    </message>
    <message>
      <source>does not fit</source>
      <translation>passt nicht</translation>
    </message>
    <message>
      <source>draft</source>
      <translation>Entwurf</translation>
    </message>
    <message>
      <source>effect of guidance, |cond − uncond|</source>
      <translation>Wirkung der Führung, |cond − uncond|</translation>
    </message>
    <message>
      <source>evaluations</source>
      <translation>Auswertungen</translation>
    </message>
    <message>
      <source>failed</source>
      <translation>fehlgeschlagen</translation>
    </message>
    <message>
      <source>final</source>
      <translation>endgültig</translation>
    </message>
    <message>
      <source>finished</source>
      <translation>fertig</translation>
    </message>
    <message>
      <source>fit to the words</source>
      <translation>Treue zu den Worten</translation>
    </message>
    <message>
      <source>fits</source>
      <translation>passt</translation>
    </message>
    <message>
      <source>frame {0} of {1}</source>
      <translation>Bild {0} von {1}</translation>
    </message>
    <message>
      <source>from step %1</source>
      <translation>ab Schritt %1</translation>
    </message>
    <message>
      <source>glTF with colours, for games and the web. </source>
      <translation>glTF mit Farben, für Spiele und das Web. </translation>
    </message>
    <message>
      <source>here they part</source>
      <translation>hier trennen sie sich</translation>
    </message>
    <message>
      <source>image/blend's VAE: an upper bound at 64x64, after shrinking</source>
      <translation>VAE von image/blend: eine obere Schranke bei 64x64, nach dem Verkleinern</translation>
    </message>
    <message>
      <source>image/pixel's autoregression: exact, at 32x32 in its palette</source>
      <translation>Autoregression von image/pixel: genau, bei 32x32 in seiner Palette</translation>
    </message>
    <message>
      <source>in about %1 of 100 choices (95 % sure: %2 to %3)</source>
      <translation>in etwa %1 von 100 Fällen (zu 95 % sicher: %2 bis %3)</translation>
    </message>
    <message>
      <source>in parts of the deviation</source>
      <translation>in Teilen der Abweichung</translation>
    </message>
    <message>
      <source>in the queue</source>
      <translation>in der Warteschlange</translation>
    </message>
    <message>
      <source>key here</source>
      <translation>Punkt hier</translation>
    </message>
    <message>
      <source>likely</source>
      <translation>wahrscheinlich</translation>
    </message>
    <message>
      <source>live, not kept until you generate</source>
      <translation>live, nicht behalten, bis du erzeugst</translation>
    </message>
    <message>
      <source>log magnitude</source>
      <translation>Log-Betrag</translation>
    </message>
    <message>
      <source>lost</source>
      <translation>verloren</translation>
    </message>
    <message>
      <source>m</source>
      <translation>m</translation>
    </message>
    <message>
      <source>made in %1 s</source>
      <translation>gemacht in %1 s</translation>
    </message>
    <message>
      <source>min</source>
      <translation>min</translation>
    </message>
    <message>
      <source>missing %1</source>
      <translation>es fehlt %1</translation>
    </message>
    <message>
      <source>mono</source>
      <translation>mono</translation>
    </message>
    <message>
      <source>moves along a lane</source>
      <translation>folgt einer Kurvenspur</translation>
    </message>
    <message>
      <source>no</source>
      <translation>nein</translation>
    </message>
    <message>
      <source>noise level</source>
      <translation>Rauschpegel</translation>
    </message>
    <message>
      <source>noise level %1</source>
      <translation>Rauschpegel %1</translation>
    </message>
    <message>
      <source>noise level {0}</source>
      <translation>Rauschpegel {0}</translation>
    </message>
    <message>
      <source>noise → clean</source>
      <translation>Rauschen → klar</translation>
    </message>
    <message>
      <source>none chosen</source>
      <translation>keine gewählt</translation>
    </message>
    <message>
      <source>not finished, so not counted</source>
      <translation>nicht fertig, darum nicht gezählt</translation>
    </message>
    <message>
      <source>not heard</source>
      <translation>nicht gehört</translation>
    </message>
    <message>
      <source>not made yet</source>
      <translation>noch nicht erzeugt</translation>
    </message>
    <message>
      <source>of a result not shown here</source>
      <translation>eines hier nicht gezeigten Ergebnisses</translation>
    </message>
    <message>
      <source>on the front</source>
      <translation>an der Pareto-Front</translation>
    </message>
    <message>
      <source>over %1</source>
      <translation>gegen %1</translation>
    </message>
    <message>
      <source>peak {0} dB, RMS {1} dB</source>
      <translation>Spitze {0} dB, RMS {1} dB</translation>
    </message>
    <message>
      <source>per clip</source>
      <translation>je Clip</translation>
    </message>
    <message>
      <source>per frame</source>
      <translation>je Bild</translation>
    </message>
    <message>
      <source>per step</source>
      <translation>je Schritt</translation>
    </message>
    <message>
      <source>per window</source>
      <translation>je Fenster</translation>
    </message>
    <message>
      <source>pictures</source>
      <translation>Bilder</translation>
    </message>
    <message>
      <source>root mean square, of 255</source>
      <translation>quadratisches Mittel, von 255</translation>
    </message>
    <message>
      <source>rounds won</source>
      <translation>gewonnene Runden</translation>
    </message>
    <message>
      <source>s</source>
      <translation>s</translation>
    </message>
    <message>
      <source>seed</source>
      <translation>Seed</translation>
    </message>
    <message>
      <source>seed %1</source>
      <translation>Seed %1</translation>
    </message>
    <message>
      <source>seed {0}</source>
      <translation>Seed {0}</translation>
    </message>
    <message>
      <source>shapes</source>
      <translation>Formen</translation>
    </message>
    <message>
      <source>silent: no sound device</source>
      <translation>stumm: kein Tongerät</translation>
    </message>
    <message>
      <source>sounds</source>
      <translation>Klänge</translation>
    </message>
    <message>
      <source>stale</source>
      <translation>veraltet</translation>
    </message>
    <message>
      <source>stars</source>
      <translation>Sterne</translation>
    </message>
    <message>
      <source>step</source>
      <translation>Schritt</translation>
    </message>
    <message>
      <source>step %1 · %2</source>
      <translation>Schritt %1 · %2</translation>
    </message>
    <message>
      <source>step %1/%2</source>
      <translation>Schritt %1/%2</translation>
    </message>
    <message>
      <source>step {0} of {1}</source>
      <translation>Schritt {0} von {1}</translation>
    </message>
    <message>
      <source>stereo</source>
      <translation>stereo</translation>
    </message>
    <message>
      <source>strength</source>
      <translation>Stärke</translation>
    </message>
    <message>
      <source>the best</source>
      <translation>das beste</translation>
    </message>
    <message>
      <source>they part</source>
      <translation>Trennung</translation>
    </message>
    <message>
      <source>unlikely</source>
      <translation>unwahrscheinlich</translation>
    </message>
    <message>
      <source>v: what the keys say, t: seconds, b: beats, f: frames; sin, cos, tri, saw, square, noise, min, max, clamp, lerp; onset(), rms(), low(), mid(), high(), pitch() of the sound below</source>
      <translation>v: was die Punkte sagen, t: Sekunden, b: Schläge, f: Bilder; sin, cos, tri, saw, square, noise, min, max, clamp, lerp; onset(), rms(), low(), mid(), high(), pitch() des Klangs unten</translation>
    </message>
    <message>
      <source>waiting</source>
      <translation>wartet</translation>
    </message>
    <message>
      <source>without: %1</source>
      <translation>ohne: %1</translation>
    </message>
    <message>
      <source>won</source>
      <translation>gewonnen</translation>
    </message>
    <message>
      <source>yes</source>
      <translation>ja</translation>
    </message>
    <message>
      <source>{0} begins from what you give it: drop it on Controls, or send a result to it (Ctrl+T).</source>
      <translation>{0} beginnt mit dem, was man ihm gibt: auf der Steuerung ablegen oder ein Ergebnis dorthin senden (Strg+T).</translation>
    </message>
    <message>
      <source>{0} by {1} pixels, {2}, zoom {3} percent</source>
      <translation>{0} mal {1} Pixel, {2}, Zoom {3} Prozent</translation>
    </message>
    <message>
      <source>{0} files</source>
      <translation>{0}-Dateien</translation>
    </message>
    <message>
      <source>{0} frames, {1} by {2} pixels, {3} frames a second</source>
      <translation>{0} Bilder, {1} mal {2} Pixel, {3} Bilder je Sekunde</translation>
    </message>
    <message>
      <source>{0} long, {1} Hz, {2}</source>
      <translation>{0} lang, {1} Hz, {2}</translation>
    </message>
    <message>
      <source>{0} needs files that are not here: {1}.</source>
      <translation>{0} braucht Dateien, die nicht hier sind: {1}.</translation>
    </message>
    <message>
      <source>{0} needs no prompt; you see every step, and each is kept.</source>
      <translation>{0} braucht keinen Prompt; jeder Schritt ist zu sehen und bleibt.</translation>
    </message>
    <message>
      <source>{0} vertices · {1} faces</source>
      <translation>{0} Ecken · {1} Flächen</translation>
    </message>
    <message>
      <source>{0} × {1} pixels become {2} × {3}.</source>
      <translation>{0} × {1} Pixel werden {2} × {3}.</translation>
    </message>
    <message>
      <source>°</source>
      <translation>°</translation>
    </message>
    <message>
      <source>“%1” is kept: it is in the menu Run, under Presets.</source>
      <translation>„%1“ ist behalten: zu finden im Menü Lauf, unter Voreinstellungen.</translation>
    </message>
    <message>
      <source>−14 LUFS, streaming</source>
      <translation>−14 LUFS, Streaming</translation>
    </message>
    <message>
      <source>−16 LUFS, podcasts</source>
      <translation>−16 LUFS, Podcasts</translation>
    </message>
    <message>
      <source>−23 LUFS, broadcast</source>
      <translation>−23 LUFS, Rundfunk</translation>
    </message>
    <message>
      <source>★ best</source>
      <translation>★ bestes</translation>
    </message>
  </context>
</TS>
