package org.octroi.agreement;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TimeZone;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.interactive.viewerpreferences.PDViewerPreferences;
import org.jspecify.annotations.Nullable;

/**
 * Text on pages of A4: headings, lines of a name and what it is, paragraphs; pages are numbered.
 * The same text at the same time is always the same bytes. For use by one thread.
 */
final class PdfPages implements AutoCloseable {

  /** Liberation Sans (OFL 1.1), which comes with PDFBox: Latin, Greek and Cyrillic. */
  private static final String FONT = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

  private static final float MARGIN = 56;
  private static final float WIDTH = PDRectangle.A4.getWidth() - 2 * MARGIN;
  private static final float NAMES = 150;
  private static final float BODY = 10;

  private final PDDocument document = new PDDocument();
  private final PDFont font;
  private final String footer;
  private @Nullable PDPageContentStream page;
  private float y;

  /**
   * @param footer stands at the foot of each page, before its number
   * @param dated when the document was made, in seconds since 1970
   */
  PdfPages(String title, String footer, Locale language, long dated) {
    this.footer = footer;
    document.setDocumentId(dated);
    document.getDocumentCatalog().setLanguage(language.getLanguage());
    PDViewerPreferences shown = new PDViewerPreferences(new COSDictionary());
    shown.setDisplayDocTitle(true);
    document.getDocumentCatalog().setViewerPreferences(shown);
    PDDocumentInformation information = document.getDocumentInformation();
    information.setTitle(title);
    information.setCreator("Octroi");
    GregorianCalendar made = new GregorianCalendar(TimeZone.getTimeZone("UTC"), Locale.ROOT);
    made.setTimeInMillis(dated * 1000);
    information.setCreationDate(made);
    try (InputStream file =
        Objects.requireNonNull(PDDocument.class.getResourceAsStream(FONT), FONT)) {
      this.font = PDType0Font.load(document, file);
    } catch (IOException e) {
      throw new UncheckedIOException("The font " + FONT + " can't be read", e);
    }
  }

  /** A heading, with room before it. */
  void heading(String text, float size) {
    y -= size;
    lines(wrap(text, size, WIDTH), MARGIN, size);
    y -= size / 2;
  }

  /** A name on the left, and what it is on the right. */
  void line(String name, String value) {
    List<String> names = wrap(name, BODY, NAMES - 10);
    List<String> values = wrap(value, BODY, WIDTH - NAMES);
    for (int i = 0; i < Math.max(names.size(), values.size()); i++) {
      room(BODY);
      if (i < names.size()) {
        show(names.get(i), MARGIN, BODY);
      }
      if (i < values.size()) {
        show(values.get(i), MARGIN + NAMES, BODY);
      }
      y -= BODY * 1.4f;
    }
  }

  /** A paragraph, or several with empty lines between. */
  void paragraph(String text) {
    for (String line : text.split("\n", -1)) {
      lines(wrap(line, BODY, WIDTH), MARGIN, BODY);
    }
    y -= BODY / 2;
  }

  /** What follows begins on a new page. */
  void newPage() {
    try {
      if (page != null) {
        page.close();
      }
      PDPage next = new PDPage(PDRectangle.A4);
      document.addPage(next);
      page = new PDPageContentStream(document, next);
      y = MARGIN / 1.5f;
      show(footer + " · " + document.getNumberOfPages(), MARGIN, 8);
      y = PDRectangle.A4.getHeight() - MARGIN;
    } catch (IOException e) {
      throw new UncheckedIOException("A page in memory can't be written", e);
    }
  }

  /** The whole document. */
  byte[] bytes() {
    try {
      if (page != null) {
        page.close();
        page = null;
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("A document in memory can't be written", e);
    }
  }

  @Override
  public void close() {
    try {
      document.close();
    } catch (IOException e) {
      throw new UncheckedIOException("A document in memory can't be closed", e);
    }
  }

  private void lines(List<String> lines, float x, float size) {
    for (String line : lines) {
      room(size);
      show(line, x, size);
      y -= size * 1.4f;
    }
  }

  private void room(float size) {
    if (page == null || y - size < MARGIN) {
      newPage();
    }
  }

  private void show(String text, float x, float size) {
    PDPageContentStream to = Objects.requireNonNull(page);
    try {
      to.beginText();
      to.setFont(font, size);
      to.newLineAtOffset(x, y - size);
      to.showText(text);
      to.endText();
    } catch (IOException e) {
      throw new UncheckedIOException("A page in memory can't be written", e);
    }
  }

  /** Breaks between words, and within those that are longer than a line. */
  private List<String> wrap(String text, float size, float width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : known(text).split(" ", -1)) {
      if (!line.isEmpty() && width(line + " " + word, size) > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      if (!line.isEmpty()) {
        line.append(' ');
      }
      line.append(word);
      while (width(line.toString(), size) > width) {
        int fits = line.length();
        while (fits > 1 && width(line.substring(0, fits), size) > width) {
          fits--;
        }
        lines.add(line.substring(0, fits));
        line.delete(0, fits);
      }
    }
    lines.add(line.toString());
    return lines;
  }

  /** What the font has no letter for is shown as what it is: something that can't be shown. */
  private String known(String text) {
    StringBuilder known = new StringBuilder(text.length());
    text.codePoints()
        .map(letter -> letter == '\t' || letter == 0xa0 ? ' ' : letter)
        .filter(letter -> letter >= ' ')
        .forEach(letter -> known.appendCodePoint(has(letter) ? letter : '?'));
    return known.toString();
  }

  private boolean has(int letter) {
    try {
      font.encode(Character.toString(letter));
      return true;
    } catch (IllegalArgumentException | IOException e) {
      return false;
    }
  }

  private float width(String text, float size) {
    try {
      return font.getStringWidth(text) / 1000 * size;
    } catch (IOException e) {
      throw new UncheckedIOException("A letter can't be measured", e);
    }
  }
}
