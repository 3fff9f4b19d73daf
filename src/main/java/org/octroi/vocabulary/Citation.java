package org.octroi.vocabulary;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;

/**
 * The line by which reusers name a dataset: its title, its source, the licence with its address,
 * and of when the data is.
 *
 * @param title the dataset's title
 * @param source whom to name, in the holder's words
 * @param licence the licence's name
 * @param licenceAddress the licence's canonical address
 * @param updated the day of the data's last update, in its territory
 */
public record Citation(
    Bilingual title, String source, Bilingual licence, String licenceAddress, LocalDate updated) {

  /** As plain text. */
  public String text(Locale language) {
    return title.in(language)
        + " — "
        + source
        + ", "
        + licence.in(language)
        + " ("
        + licenceAddress
        + "), "
        + updatedWord(language)
        + day(language);
  }

  /**
   * As a piece of HTML, escaped.
   *
   * @param page the dataset's page
   */
  public String html(Locale language, String page) {
    return "<a href=\""
        + escaped(page)
        + "\">"
        + escaped(title.in(language))
        + "</a> — "
        + escaped(source)
        + ", <a rel=\"license\" href=\""
        + escaped(licenceAddress)
        + "\">"
        + escaped(licence.in(language))
        + "</a>, "
        + updatedWord(language)
        + "<time datetime=\""
        + updated
        + "\">"
        + escaped(day(language))
        + "</time>";
  }

  /**
   * As a piece of Markdown (CommonMark), escaped.
   *
   * @param page the dataset's page
   */
  public String markdown(Locale language, String page) {
    return "["
        + plain(title.in(language))
        + "](<"
        + page
        + ">) — "
        + plain(source)
        + ", ["
        + plain(licence.in(language))
        + "](<"
        + licenceAddress
        + ">), "
        + updatedWord(language)
        + day(language);
  }

  private String day(Locale language) {
    return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG).withLocale(language).format(updated);
  }

  private static String updatedWord(Locale language) {
    return language.getLanguage().equals("fr") ? "mise à jour : " : "updated ";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** CommonMark §2.4: any ASCII punctuation may be escaped; here what could begin markup. */
  private static String plain(String text) {
    return text.replaceAll("([\\\\`*_\\[\\]<>!#&~|])", "\\\\$1");
  }
}
