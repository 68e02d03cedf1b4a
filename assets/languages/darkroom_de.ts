<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
  <context>
    <name>Darkroom</name>
    <message>
      <source> frames a second</source>
      <translation> Bilder je Sekunde</translation>
    </message>
    <message>
      <source>%1 branches</source>
      <translation>%1 Zweige</translation>
    </message>
    <message>
      <source>%1 is not what %2 needs; give it another kind of file (%3).</source>
      <translation>%1 passt nicht zu %2; bitte eine andere Art von Datei nehmen (%3).</translation>
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
      <source>%1 over the steps</source>
      <translation>%1 über die Schritte</translation>
    </message>
    <message>
      <source>%1 results deleted</source>
      <translation>%1 Ergebnisse gelöscht</translation>
    </message>
    <message>
      <source>%1 running</source>
      <translation>%1 läuft</translation>
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
      <source>%1 waiting</source>
      <translation>%1 warten</translation>
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
      <source>%s carries no recipe; only the file itself is shown.</source>
      <translation>%s trägt kein Rezept; nur die Datei selbst wird gezeigt.</translation>
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
      <source>&amp;Run</source>
      <translation>&amp;Lauf</translation>
    </message>
    <message>
      <source>&amp;View</source>
      <translation>&amp;Ansicht</translation>
    </message>
    <message>
      <source>(no prompt)</source>
      <translation>(ohne Prompt)</translation>
    </message>
    <message>
      <source>1 branch</source>
      <translation>1 Zweig</translation>
    </message>
    <message>
      <source>3D</source>
      <translation>3D</translation>
    </message>
    <message>
      <source>: the underlined part is not read</source>
      <translation>: das Unterstrichene wird nicht gelesen</translation>
    </message>
    <message>
      <source>A job is running. It goes on where it was when Darkroom is started again.</source>
      <translation>Ein Auftrag läuft. Er geht beim nächsten Start von Darkroom dort weiter, wo er war.</translation>
    </message>
    <message>
      <source>A little back or on</source>
      <translation>Ein wenig zurück oder vor</translation>
    </message>
    <message>
      <source>A studio for generative media: watch it develop, keep every step, branch from any of them.</source>
      <translation>Ein Studio für generative Medien: beim Entwickeln zusehen, jeden Schritt behalten, von jedem abzweigen.</translation>
    </message>
    <message>
      <source>About Darkroom</source>
      <translation>Über Darkroom</translation>
    </message>
    <message>
      <source>Actual size</source>
      <translation>Originalgröße</translation>
    </message>
    <message>
      <source>Add a folder of engines</source>
      <translation>Ordner mit Maschinen hinzufügen</translation>
    </message>
    <message>
      <source>Add favourite</source>
      <translation>Zu Favoriten</translation>
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
      <source>Add to queue</source>
      <translation>In die Warteschlange</translation>
    </message>
    <message>
      <source>Against over-bright pictures at high guidance.</source>
      <translation>Gegen zu grelle Bilder bei hoher Führung.</translation>
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
      <source>Another seed</source>
      <translation>Anderer Seed</translation>
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
      <source>Arrow keys orbit, with Shift they pan, plus and minus zoom, F shows everything, W shows edges.</source>
      <translation>Pfeiltasten umkreisen, mit Umschalt verschieben sie, Plus und Minus zoomen, F zeigt alles, W die Kanten.</translation>
    </message>
    <message>
      <source>As prompted</source>
      <translation>Wie im Prompt</translation>
    </message>
    <message>
      <source>As the system</source>
      <translation>Wie das System</translation>
    </message>
    <message>
      <source>Ask before quitting while a job runs</source>
      <translation>Vor dem Beenden fragen, solange ein Auftrag läuft</translation>
    </message>
    <message>
      <source>Back to the default of %1</source>
      <translation>Zurück zur Vorgabe von %1</translation>
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
      <source>Call when the last job has ended</source>
      <translation>Melden, wenn der letzte Auftrag fertig ist</translation>
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
      <source>Change</source>
      <translation>Änderung</translation>
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
      <source>Choose the gallery folder</source>
      <translation>Galerieordner wählen</translation>
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
      <source>Clear the stage</source>
      <translation>Bühne leeren</translation>
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
      <source>Clips</source>
      <translation>Clips</translation>
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
      <source>Compare divider</source>
      <translation>Trennlinie des Vergleichs</translation>
    </message>
    <message>
      <source>Compare with its parent</source>
      <translation>Mit dem Ursprung vergleichen</translation>
    </message>
    <message>
      <source>Compare with the stage</source>
      <translation>Mit der Bühne vergleichen</translation>
    </message>
    <message>
      <source>Compared</source>
      <translation>Verglichen</translation>
    </message>
    <message>
      <source>Comparing two results</source>
      <translation>Zwei Ergebnisse im Vergleich</translation>
    </message>
    <message>
      <source>Constant</source>
      <translation>Konstante</translation>
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
      <source>Copied.</source>
      <translation>Kopiert.</translation>
    </message>
    <message>
      <source>Copy</source>
      <translation>Kopieren</translation>
    </message>
    <message>
      <source>Copy the file's path</source>
      <translation>Pfad der Datei kopieren</translation>
    </message>
    <message>
      <source>Copy the message</source>
      <translation>Meldung kopieren</translation>
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
      <source>Cosine</source>
      <translation>Kosinus</translation>
    </message>
    <message>
      <source>Count</source>
      <translation>Anzahl</translation>
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
      <source>DDIM</source>
      <translation>DDIM</translation>
    </message>
    <message>
      <source>DDPM</source>
      <translation>DDPM</translation>
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
      <source>Darkroom</source>
      <translation>Darkroom</translation>
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
      <source>Describe what you want</source>
      <translation>Beschreiben, was entstehen soll</translation>
    </message>
    <message>
      <source>Describe what you want to see, for example: %1</source>
      <translation>Beschreiben, was zu sehen sein soll, zum Beispiel: %1</translation>
    </message>
    <message>
      <source>Developing</source>
      <translation>Entwickelt sich</translation>
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
      <source>Drag the line; double-click adds a point; right-click for more</source>
      <translation>Linie ziehen; Doppelklick fügt einen Punkt hinzu; Rechtsklick für mehr</translation>
    </message>
    <message>
      <source>Drop a file or click</source>
      <translation>Datei ablegen oder klicken</translation>
    </message>
    <message>
      <source>Earlier</source>
      <translation>Früher</translation>
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
      <source>Editing “%1”</source>
      <translation>„%1“ wird bearbeitet</translation>
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
      <source>End comparison</source>
      <translation>Vergleich beenden</translation>
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
      <source>Enter</source>
      <translation>Eingabe</translation>
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
      <source>Everywhere</source>
      <translation>Überall</translation>
    </message>
    <message>
      <source>Example: %1</source>
      <translation>Beispiel: %1</translation>
    </message>
    <message>
      <source>Exponential</source>
      <translation>Exponentiell</translation>
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
      <source>Export the development as GIF, WebP or MP4</source>
      <translation>Entwicklung als GIF, WebP oder MP4 exportieren</translation>
    </message>
    <message>
      <source>Export the development …</source>
      <translation>Entwicklung exportieren …</translation>
    </message>
    <message>
      <source>Export …</source>
      <translation>Exportieren …</translation>
    </message>
    <message>
      <source>Exporting the development to %s.</source>
      <translation>Die Entwicklung wird nach %s exportiert.</translation>
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
      <source>File</source>
      <translation>Datei</translation>
    </message>
    <message>
      <source>Files</source>
      <translation>Dateien</translation>
    </message>
    <message>
      <source>Filmstrip of the steps</source>
      <translation>Filmstreifen der Schritte</translation>
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
      <source>Fit the run (0)</source>
      <translation>Lauf einpassen (0)</translation>
    </message>
    <message>
      <source>Fit the window</source>
      <translation>Ins Fenster einpassen</translation>
    </message>
    <message>
      <source>Flat</source>
      <translation>Flach</translation>
    </message>
    <message>
      <source>Float %1, or dock it again</source>
      <translation>%1 ablösen oder wieder andocken</translation>
    </message>
    <message>
      <source>Flow matching</source>
      <translation>Flow Matching</translation>
    </message>
    <message>
      <source>Folded</source>
      <translation>Zugeklappt</translation>
    </message>
    <message>
      <source>Folders of engines</source>
      <translation>Ordner mit Maschinen</translation>
    </message>
    <message>
      <source>Follow the running job</source>
      <translation>Dem laufenden Auftrag folgen</translation>
    </message>
    <message>
      <source>Format</source>
      <translation>Format</translation>
    </message>
    <message>
      <source>Frame</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Frames a second</source>
      <translation>Bilder je Sekunde</translation>
    </message>
    <message>
      <source>Gallery folder</source>
      <translation>Galerieordner</translation>
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
      <source>Go to %1</source>
      <translation>Gehe zu: %1</translation>
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
      <source>Height</source>
      <translation>Höhe</translation>
    </message>
    <message>
      <source>Heun</source>
      <translation>Heun</translation>
    </message>
    <message>
      <source>Hide %1</source>
      <translation>%1 verbergen</translation>
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
      <source>Hold the queue</source>
      <translation>Warteschlange anhalten</translation>
    </message>
    <message>
      <source>Home  End</source>
      <translation>Pos1  Ende</translation>
    </message>
    <message>
      <source>How closely the picture follows the words (CFG).</source>
      <translation>Wie eng das Bild den Worten folgt (CFG).</translation>
    </message>
    <message>
      <source>How far the result may leave the start: 0 keeps it, 1 forgets it.</source>
      <translation>Wie weit sich das Ergebnis vom Start entfernen darf: 0 behält ihn, 1 vergisst ihn.</translation>
    </message>
    <message>
      <source>How many results, with seeds one apart.</source>
      <translation>Wie viele Ergebnisse, mit fortlaufenden Seeds.</translation>
    </message>
    <message>
      <source>How many steps from noise to picture.</source>
      <translation>Wie viele Schritte vom Rauschen zum Bild.</translation>
    </message>
    <message>
      <source>How noise becomes picture.</source>
      <translation>Wie aus Rauschen ein Bild wird.</translation>
    </message>
    <message>
      <source>Image</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Ins  Del</source>
      <translation>Einfg  Entf</translation>
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
      <source>Karras</source>
      <translation>Karras</translation>
    </message>
    <message>
      <source>Keep the seed</source>
      <translation>Seed behalten</translation>
    </message>
    <message>
      <source>Keep this seed</source>
      <translation>Diesen Seed behalten</translation>
    </message>
    <message>
      <source>Keyboard shortcuts</source>
      <translation>Tastenkürzel</translation>
    </message>
    <message>
      <source>Kind of file</source>
      <translation>Art der Datei</translation>
    </message>
    <message>
      <source>LMS</source>
      <translation>LMS</translation>
    </message>
    <message>
      <source>Language</source>
      <translation>Sprache</translation>
    </message>
    <message>
      <source>Last frame</source>
      <translation>Letztes Bild</translation>
    </message>
    <message>
      <source>Later</source>
      <translation>Später</translation>
    </message>
    <message>
      <source>Leave</source>
      <translation>Lassen</translation>
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
      <source>Length</source>
      <translation>Länge</translation>
    </message>
    <message>
      <source>Length in seconds</source>
      <translation>Länge in Sekunden</translation>
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
      <source>Licences</source>
      <translation>Lizenzen</translation>
    </message>
    <message>
      <source>Light</source>
      <translation>Hell</translation>
    </message>
    <message>
      <source>Light theme</source>
      <translation>Helle Darstellung</translation>
    </message>
    <message>
      <source>Linear</source>
      <translation>Linear</translation>
    </message>
    <message>
      <source>Loading the engine</source>
      <translation>Maschine wird geladen</translation>
    </message>
    <message>
      <source>Make it with these settings (Ctrl+Return)</source>
      <translation>Mit diesen Einstellungen machen (Strg+Eingabe)</translation>
    </message>
    <message>
      <source>Make one</source>
      <translation>Eines machen</translation>
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
      <source>Missing: %1. Put it into the assets folder.</source>
      <translation>Es fehlt: %1. Bitte in den Ordner assets legen.</translation>
    </message>
    <message>
      <source>Move job</source>
      <translation>Auftrag verschieben</translation>
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
      <source>Next prompt</source>
      <translation>Nächster Prompt</translation>
    </message>
    <message>
      <source>No favourite any more</source>
      <translation>Kein Favorit mehr</translation>
    </message>
    <message>
      <source>No sound device was found, so this plays in silence; connect one and play again.</source>
      <translation>Es wurde kein Tongerät gefunden, darum bleibt es stumm; eines anschließen und noch einmal abspielen.</translation>
    </message>
    <message>
      <source>No steps yet</source>
      <translation>Noch keine Schritte</translation>
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
      <source>Nothing is developing yet: write a prompt and press Generate, and every step appears here.</source>
      <translation>Noch entwickelt sich nichts: Prompt schreiben, „Erzeugen“ drücken, und hier erscheint jeder Schritt.</translation>
    </message>
    <message>
      <source>Nothing is left to change after the last step: choose an earlier one.</source>
      <translation>Nach dem letzten Schritt ist nichts mehr zu ändern: bitte einen früheren wählen.</translation>
    </message>
    <message>
      <source>Nothing is waiting. Press Generate, and jobs line up here.</source>
      <translation>Nichts wartet. „Erzeugen“ drücken, und die Aufträge stehen hier an.</translation>
    </message>
    <message>
      <source>Nothing matches. Clear the search or the filters to see everything.</source>
      <translation>Nichts passt. Suche oder Filter leeren, um alles zu sehen.</translation>
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
      <source>On the stage</source>
      <translation>Auf der Bühne</translation>
    </message>
    <message>
      <source>One frame back</source>
      <translation>Ein Bild zurück</translation>
    </message>
    <message>
      <source>One frame on</source>
      <translation>Ein Bild weiter</translation>
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
      <source>One step back, or stop the run</source>
      <translation>Einen Schritt zurück, oder den Lauf beenden</translation>
    </message>
    <message>
      <source>Only a waiting job can be edited.</source>
      <translation>Nur ein wartender Auftrag lässt sich bearbeiten.</translation>
    </message>
    <message>
      <source>Open</source>
      <translation>Öffnen</translation>
    </message>
    <message>
      <source>Open …</source>
      <translation>Öffnen …</translation>
    </message>
    <message>
      <source>Other …</source>
      <translation>Andere …</translation>
    </message>
    <message>
      <source>Panels</source>
      <translation>Bereiche</translation>
    </message>
    <message>
      <source>Parts</source>
      <translation>Bestandteile</translation>
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
      <source>Paused</source>
      <translation>Angehalten</translation>
    </message>
    <message>
      <source>Pausing</source>
      <translation>Hält an</translation>
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
      <source>Picture viewer</source>
      <translation>Bildansicht</translation>
    </message>
    <message>
      <source>Pictures</source>
      <translation>Bilder</translation>
    </message>
    <message>
      <source>Pixel under the pointer</source>
      <translation>Pixel unter dem Zeiger</translation>
    </message>
    <message>
      <source>Play</source>
      <translation>Abspielen</translation>
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
      <source>Playback controls</source>
      <translation>Wiedergabe</translation>
    </message>
    <message>
      <source>Playhead</source>
      <translation>Abspielmarke</translation>
    </message>
    <message>
      <source>Point %1 selected</source>
      <translation>Punkt %1 gewählt</translation>
    </message>
    <message>
      <source>Points of %1</source>
      <translation>Punkte von %1</translation>
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
      <source>Progress</source>
      <translation>Fortschritt</translation>
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
      <source>Prompt</source>
      <translation>Prompt</translation>
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
      <source>Reading the prompt</source>
      <translation>Prompt wird gelesen</translation>
    </message>
    <message>
      <source>Rebuild the history from the files</source>
      <translation>Verlauf aus den Dateien neu aufbauen</translation>
    </message>
    <message>
      <source>Redo</source>
      <translation>Wiederholen</translation>
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
      <source>Repeat</source>
      <translation>Wiederholen</translation>
    </message>
    <message>
      <source>Rescale</source>
      <translation>Rückskalierung</translation>
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
      <source>Resume</source>
      <translation>Fortsetzen</translation>
    </message>
    <message>
      <source>Reveal in folder</source>
      <translation>Im Ordner zeigen</translation>
    </message>
    <message>
      <source>Room for steps</source>
      <translation>Platz für Schritte</translation>
    </message>
    <message>
      <source>Run the same request once more</source>
      <translation>Dieselbe Anfrage noch einmal ausführen</translation>
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
      <source>Saved as %s.</source>
      <translation>Gesichert als %s.</translation>
    </message>
    <message>
      <source>Saving</source>
      <translation>Wird gesichert</translation>
    </message>
    <message>
      <source>Schedule</source>
      <translation>Rauschplan</translation>
    </message>
    <message>
      <source>Scroll the steps</source>
      <translation>Durch die Schritte rollen</translation>
    </message>
    <message>
      <source>Search commands</source>
      <translation>Befehle suchen</translation>
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
      <source>Seed</source>
      <translation>Seed</translation>
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
      <source>Shape</source>
      <translation>Form</translation>
    </message>
    <message>
      <source>Shifted</source>
      <translation>Verschoben</translation>
    </message>
    <message>
      <source>Show %1</source>
      <translation>%1 zeigen</translation>
    </message>
    <message>
      <source>Show everything</source>
      <translation>Alles zeigen</translation>
    </message>
    <message>
      <source>Show in the timeline</source>
      <translation>In der Zeitleiste zeigen</translation>
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
      <source>Show the edges</source>
      <translation>Kanten zeigen</translation>
    </message>
    <message>
      <source>Show the floor</source>
      <translation>Boden zeigen</translation>
    </message>
    <message>
      <source>Show the gallery folder</source>
      <translation>Galerieordner zeigen</translation>
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
      <source>Show the whole sound</source>
      <translation>Den ganzen Klang zeigen</translation>
    </message>
    <message>
      <source>Show this step</source>
      <translation>Diesen Schritt zeigen</translation>
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
      <source>Size</source>
      <translation>Größe</translation>
    </message>
    <message>
      <source>Size in pixels</source>
      <translation>Größe in Pixeln</translation>
    </message>
    <message>
      <source>Size of the mesh</source>
      <translation>Größe des Netzes</translation>
    </message>
    <message>
      <source>Smooth</source>
      <translation>Weich</translation>
    </message>
    <message>
      <source>Soft 3D stickers and flat emoji from words: things, colours, numbers, places, things worn.</source>
      <translation>Weiche 3D-Sticker und flache Emojis aus Worten: Dinge, Farben, Anzahlen, Orte, Getragenes.</translation>
    </message>
    <message>
      <source>Something unforeseen happened in the window (%1); your work is safe, details are in %2.</source>
      <translation>Im Fenster ist etwas Unvorhergesehenes geschehen (%1); die Arbeit ist sicher, Näheres steht in %2.</translation>
    </message>
    <message>
      <source>Sound device</source>
      <translation>Tongerät</translation>
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
      <source>Space plays and pauses, comma and full stop step by one frame, Home and End jump, L repeats.</source>
      <translation>Leertaste spielt ab und hält an, Komma und Punkt gehen bildweise, Pos1 und Ende springen, L wiederholt.</translation>
    </message>
    <message>
      <source>Space plays and pauses, left and right seek, Home goes to the start, L repeats.</source>
      <translation>Leertaste spielt ab und hält an, links und rechts springen, Pos1 geht zum Anfang, L wiederholt.</translation>
    </message>
    <message>
      <source>Speed</source>
      <translation>Tempo</translation>
    </message>
    <message>
      <source>Stage</source>
      <translation>Bühne</translation>
    </message>
    <message>
      <source>Start image</source>
      <translation>Startbild</translation>
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
      <source>Starting</source>
      <translation>Beginnt</translation>
    </message>
    <message>
      <source>Stay</source>
      <translation>Bleiben</translation>
    </message>
    <message>
      <source>Step</source>
      <translation>Schritt</translation>
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
      <source>Sticker</source>
      <translation>Sticker</translation>
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
      <source>Stop this run (Esc)</source>
      <translation>Diesen Lauf stoppen (Esc)</translation>
    </message>
    <message>
      <source>Stop what runs (Esc)</source>
      <translation>Laufendes stoppen (Esc)</translation>
    </message>
    <message>
      <source>Stopping</source>
      <translation>Stoppt</translation>
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
      <source>Strength of the start image</source>
      <translation>Stärke des Startbilds</translation>
    </message>
    <message>
      <source>Style</source>
      <translation>Stil</translation>
    </message>
    <message>
      <source>Take %1 away</source>
      <translation>%1 wegnehmen</translation>
    </message>
    <message>
      <source>Take the ended jobs off the list; their results stay in the history</source>
      <translation>Beendete Aufträge aus der Liste nehmen; ihre Ergebnisse bleiben im Verlauf</translation>
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
      <source>The engine %s of this recipe is not here; the engine of the draft is used instead.</source>
      <translation>Die Maschine %s dieses Rezepts ist nicht hier; statt ihrer wird die des Entwurfs benutzt.</translation>
    </message>
    <message>
      <source>The engine is at work.</source>
      <translation>Die Maschine arbeitet.</translation>
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
      <source>The engines are looked up anew when Darkroom starts again.</source>
      <translation>Beim nächsten Start von Darkroom werden die Maschinen neu gesucht.</translation>
    </message>
    <message>
      <source>The history was rebuilt from the files: %d results.</source>
      <translation>Der Verlauf wurde aus den Dateien neu aufgebaut: %d Ergebnisse.</translation>
    </message>
    <message>
      <source>The language changes when Darkroom is started again.</source>
      <translation>Die Sprache wechselt beim nächsten Start von Darkroom.</translation>
    </message>
    <message>
      <source>The look; the prompt can say it too.</source>
      <translation>Das Aussehen; auch der Prompt kann es sagen.</translation>
    </message>
    <message>
      <source>The oldest steps are thinned out beyond this; results are never touched.</source>
      <translation>Darüber hinaus werden die ältesten Schritte ausgedünnt; Ergebnisse bleiben unberührt.</translation>
    </message>
    <message>
      <source>The recipe needs %s, which is not on this machine.</source>
      <translation>Das Rezept braucht %s, das auf diesem Rechner fehlt.</translation>
    </message>
    <message>
      <source>The result begins from this picture.</source>
      <translation>Das Ergebnis geht von diesem Bild aus.</translation>
    </message>
    <message>
      <source>The run failed</source>
      <translation>Der Lauf ist gescheitert</translation>
    </message>
    <message>
      <source>The same seed and settings give the same result.</source>
      <translation>Derselbe Seed und dieselben Einstellungen ergeben dasselbe Ergebnis.</translation>
    </message>
    <message>
      <source>The step on the stage</source>
      <translation>Der Schritt auf der Bühne</translation>
    </message>
    <message>
      <source>The steps of this result are not kept; generate it again to see them.</source>
      <translation>Die Schritte dieses Ergebnisses sind nicht aufbewahrt; bitte noch einmal erzeugen, um sie zu sehen.</translation>
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
      <source>There is no engine to make this with; choose one first.</source>
      <translation>Dafür gibt es keine Maschine; bitte erst eine wählen.</translation>
    </message>
    <message>
      <source>There is no engine; choose one first.</source>
      <translation>Es gibt keine Maschine; bitte erst eine wählen.</translation>
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
      <source>There is no run on the stage to branch from.</source>
      <translation>Auf der Bühne ist kein Lauf zum Abzweigen.</translation>
    </message>
    <message>
      <source>There is no run on the stage to export.</source>
      <translation>Auf der Bühne ist kein Lauf zum Exportieren.</translation>
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
      <source>This run failed</source>
      <translation>Dieser Lauf ist gescheitert</translation>
    </message>
    <message>
      <source>Timeline</source>
      <translation>Zeitleiste</translation>
    </message>
    <message>
      <source>To the start</source>
      <translation>Zum Anfang</translation>
    </message>
    <message>
      <source>Transparent</source>
      <translation>Durchsichtig</translation>
    </message>
    <message>
      <source>Tree of branches</source>
      <translation>Baum der Zweige</translation>
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
      <source>Turn the mesh</source>
      <translation>Netz drehen</translation>
    </message>
    <message>
      <source>Type a prompt, or begin with one of these; you see every step, and each is kept.</source>
      <translation>Einen Prompt schreiben oder mit einem von diesen beginnen; jeder Schritt ist zu sehen und bleibt.</translation>
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
      <source>Value</source>
      <translation>Wert</translation>
    </message>
    <message>
      <source>Version %1</source>
      <translation>Version %1</translation>
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
      <source>Waveform and spectrogram</source>
      <translation>Wellenform und Spektrogramm</translation>
    </message>
    <message>
      <source>What do you want to do?</source>
      <translation>Was soll geschehen?</translation>
    </message>
    <message>
      <source>What is behind the sticker.</source>
      <translation>Was hinter dem Sticker ist.</translation>
    </message>
    <message>
      <source>What is on the stage</source>
      <translation>Was auf der Bühne ist</translation>
    </message>
    <message>
      <source>What it should not show</source>
      <translation>Was es nicht zeigen soll</translation>
    </message>
    <message>
      <source>What shall we develop?</source>
      <translation>Was wollen wir entwickeln?</translation>
    </message>
    <message>
      <source>What you make is kept here. Drop a file on this panel to open it and take over its settings.</source>
      <translation>Was gemacht wird, bleibt hier. Eine hier abgelegte Datei wird geöffnet, und ihre Einstellungen werden übernommen.</translation>
    </message>
    <message>
      <source>Where the steps fall.</source>
      <translation>Wo die Schritte liegen.</translation>
    </message>
    <message>
      <source>White</source>
      <translation>Weiß</translation>
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
      <source>Without a prompt</source>
      <translation>Ohne Prompt</translation>
    </message>
    <message>
      <source>Write the settings as they are now back into this job</source>
      <translation>Die jetzigen Einstellungen in diesen Auftrag zurückschreiben</translation>
    </message>
    <message>
      <source>Zoom</source>
      <translation>Zoom</translation>
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
      <source>branched from step %1 of %2</source>
      <translation>verzweigt nach Schritt %1 von %2</translation>
    </message>
    <message>
      <source>change {0} %</source>
      <translation>Änderung {0} %</translation>
    </message>
    <message>
      <source>constant %1</source>
      <translation>Konstante %1</translation>
    </message>
    <message>
      <source>curve, %1, by step: %2</source>
      <translation>Kurve, %1, je Schritt: %2</translation>
    </message>
    <message>
      <source>developing</source>
      <translation>entwickelt sich</translation>
    </message>
    <message>
      <source>failed</source>
      <translation>fehlgeschlagen</translation>
    </message>
    <message>
      <source>finished</source>
      <translation>fertig</translation>
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
      <source>in the queue</source>
      <translation>in der Warteschlange</translation>
    </message>
    <message>
      <source>made in %1 s</source>
      <translation>gemacht in %1 s</translation>
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
      <source>noise level</source>
      <translation>Rauschpegel</translation>
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
      <source>of a result not shown here</source>
      <translation>eines hier nicht gezeigten Ergebnisses</translation>
    </message>
    <message>
      <source>seed {0}</source>
      <translation>Seed {0}</translation>
    </message>
    <message>
      <source>silent: no sound device</source>
      <translation>stumm: kein Tongerät</translation>
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
      <source>step {0} of {1}</source>
      <translation>Schritt {0} von {1}</translation>
    </message>
    <message>
      <source>stereo</source>
      <translation>stereo</translation>
    </message>
    <message>
      <source>without: %1</source>
      <translation>ohne: %1</translation>
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
  </context>
</TS>
