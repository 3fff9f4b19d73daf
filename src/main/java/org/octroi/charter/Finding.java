package org.octroi.charter;

/**
 * Something that is wrong in a charter.
 *
 * @param file the file, as it was named
 * @param line where it is, from 1
 * @param field the way to the field, such as {@code offers[2].tier}; empty for the file as a whole
 * @param message what is wrong with it, to be read after the field
 */
public record Finding(String file, int line, String field, String message) {

  /**
   * As compilers print it: {@code charters/rennes.yml:42: offers[2].tier: no tier named "opne"}.
   */
  @Override
  public String toString() {
    return file + ":" + line + ": " + (field.isEmpty() ? "" : field + ": ") + message;
  }
}
