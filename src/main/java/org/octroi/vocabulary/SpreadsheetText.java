package org.octroi.vocabulary;

import org.jspecify.annotations.Nullable;

/** Texts that go into CSV files, which people open with spreadsheets. */
public final class SpreadsheetText {

  private SpreadsheetText() {}

  /** The text, such that it runs as no formula in its reader's spreadsheet. */
  public static @Nullable String harmless(@Nullable String text) {
    return text != null && !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0
        ? "'" + text
        : text;
  }
}
