package org.octroi.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What reusers paste under their work. */
class CitationTest {

  private static final String PAGE = "https://data.example/parks?a=1&b=2";

  private static Citation citing(String title, String source) {
    return new Citation(
        new Bilingual(title, title),
        source,
        new Bilingual("Licence Ouverte 2.0", "Open Licence 2.0"),
        "https://licence.example/lo",
        LocalDate.of(2026, 3, 1));
  }

  @Test
  void the_line_is_in_the_readers_language() {
    Citation citation = citing("Parcs", "Ville de Rennes");

    assertThat(citation.text(Locale.FRENCH))
        .isEqualTo(
            "Parcs — Ville de Rennes, Licence Ouverte 2.0 (https://licence.example/lo), mise à"
                + " jour : 1 mars 2026");
    assertThat(citation.text(Locale.ENGLISH)).endsWith("), updated March 1, 2026");
  }

  @Test
  void html_can_be_pasted_whatever_the_title_holds() {
    assertThat(citing("<script>alert('a')</script>", "\"A\" & B").html(Locale.ENGLISH, PAGE))
        .isEqualTo(
            "<a href=\"https://data.example/parks?a=1&amp;b=2\">"
                + "&lt;script&gt;alert(&#39;a&#39;)&lt;/script&gt;</a> — &quot;A&quot; &amp; B,"
                + " <a rel=\"license\" href=\"https://licence.example/lo\">Open Licence 2.0</a>,"
                + " updated <time datetime=\"2026-03-01\">March 1, 2026</time>");
  }

  @Test
  void markdown_shows_a_title_as_it_is() {
    assertThat(citing("*Parks* [all](x)", "a_b").markdown(Locale.ENGLISH, PAGE))
        .isEqualTo(
            "[\\*Parks\\* \\[all\\](x)](<https://data.example/parks?a=1&b=2>) — a\\_b, [Open"
                + " Licence 2.0](<https://licence.example/lo>), updated March 1, 2026");
  }
}
