package org.octroi.licence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkdownTextTest {

  @Test
  void lines_end_alike_whatever_machine_wrote_them() {
    assertThat(new MarkdownText("# A\r\nb\rc\n").text()).isEqualTo("# A\nb\nc\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a <b>bold</b> word",
        "<script>alert(1)</script>",
        "a </div>",
        "<!-- hidden -->",
        "<!DOCTYPE html>",
        "<?php",
        "<https://a.example onclick=x>",
        "[go](javascript:alert(1))",
        "[go]( <JavaScript:alert(1)>)",
        "[go]: data:text/html,x",
        "[go](&#106;avascript:alert(1))",
        "hidden \u202e turn",
        "hidden \u200b space",
        "a bell \u0007",
        "half a pair \ud83d"
      })
  void html_other_links_and_invisible_characters_are_refused(String text) {
    assertThatThrownBy(() -> new MarkdownText(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# Titre\n\n- a < b et c > d\n- *é* **à** œ 😀\n\n| a | b |\n",
        "see <https://a.example/x?y=1> or <mailto:a@example.org>",
        "[text](https://a.example) and [place](#article-1) and [ref]: https://b.example",
        "Article [1] : le détenteur"
      })
  void plain_markdown_is_taken_as_it_is(String text) {
    assertThat(new MarkdownText(text).text()).isEqualTo(text);
  }

  @Test
  void a_text_is_at_most_200_kb_of_utf_8() {
    assertThat(new MarkdownText("é".repeat(100 * 1024)).text()).hasSize(100 * 1024);
    assertThatThrownBy(() -> new MarkdownText("é".repeat(100 * 1024) + "a"))
        .hasMessageContaining("200 KB");
  }
}
