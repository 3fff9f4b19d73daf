package org.octroi.licence;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The text of a licence as a holder writes it: Markdown without HTML, at most 200 KB, its lines
 * ended by a line feed alone. So the same text has the same hash whatever its writer's machine ends
 * lines with; nothing else of it is changed.
 *
 * @param text the text, normalised
 */
record MarkdownText(String text) {

  private static final int MOST_BYTES = 200 * 1024;

  /** A tag, comment or declaration; an address between angle brackets is Markdown. */
  private static final Pattern HTML =
      Pattern.compile("<(?!https?://[^\\s<>]*>|mailto:[^\\s<>]*>)[a-zA-Z/!?]");

  /** A link to something else than a page, a mail address or a place in the text. */
  private static final Pattern OTHER_LINK =
      Pattern.compile(
          "\\]\\s*[:(]\\s*<?\\s*(?:(?!https?:|mailto:)[a-z][a-z0-9+.-]*:|[^\\s)>]*&(?:#|colon))",
          Pattern.CASE_INSENSITIVE);

  /**
   * @throws IllegalArgumentException in words for the field, when it is none
   */
  MarkdownText {
    text = text.replace("\r\n", "\n").replace('\r', '\n');
    if (text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      throw new IllegalArgumentException("must be at most 200 KB");
    }
    if (text.codePoints().anyMatch(MarkdownText::isInvisible)) {
      throw new IllegalArgumentException(
          "must have no invisible characters but line ends and tabs");
    }
    if (HTML.matcher(text).find()) {
      throw new IllegalArgumentException("must be Markdown without HTML; write &lt; for a plain <");
    }
    if (OTHER_LINK.matcher(text).find()) {
      throw new IllegalArgumentException("may only link to http, https and mailto addresses");
    }
  }

  private static boolean isInvisible(int c) {
    int type = Character.getType(c);
    return type == Character.FORMAT
        || type == Character.SURROGATE
        || (type == Character.CONTROL && c != '\n' && c != '\t');
  }
}
