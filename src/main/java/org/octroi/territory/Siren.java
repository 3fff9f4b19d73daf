package org.octroi.territory;

/**
 * The number of a French legal person: nine digits, the last of which checks the others (Luhn, <a
 * href="https://www.sirene.fr/sirene/public/variable/siren">INSEE</a>).
 */
public record Siren(String value) {

  /**
   * @throws IllegalArgumentException when it has not nine digits, or its check digit is wrong
   */
  public Siren {
    if (!value.matches("[0-9]{9}")) {
      throw new IllegalArgumentException("must be the nine digits of a SIREN");
    }
    if (luhn(value) % 10 != 0) {
      throw new IllegalArgumentException(
          "is not a SIREN: its check digit is wrong, so a digit was mistyped");
    }
  }

  /** The sum of the digits, weighed from the last by one and two (ISO/IEC 7812-1, annex B). */
  static int luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int weighed = i % 2 == 0 ? digit : 2 * digit;
      sum += weighed > 9 ? weighed - 9 : weighed;
    }
    return sum;
  }

  @Override
  public String toString() {
    return value;
  }
}
