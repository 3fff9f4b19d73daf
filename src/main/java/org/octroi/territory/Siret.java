package org.octroi.territory;

/**
 * The number of an establishment of a French legal person: its SIREN and five digits, the last of
 * which checks all fourteen (Luhn, <a
 * href="https://www.sirene.fr/sirene/public/variable/siret">INSEE</a>). The post offices of La
 * Poste, which are more than five digits can check so, are checked by the sum of their digits.
 */
public record Siret(String value) {

  private static final int SIREN_DIGITS = 9;
  private static final String LA_POSTE = "356000000";

  /**
   * @throws IllegalArgumentException when it has not fourteen digits, or a check digit is wrong
   */
  public Siret {
    if (!value.matches("[0-9]{14}")) {
      throw new IllegalArgumentException("must be the fourteen digits of a SIRET");
    }
    new Siren(value.substring(0, SIREN_DIGITS));
    boolean ofLaPoste =
        value.startsWith(LA_POSTE) && value.chars().map(digit -> digit - '0').sum() % 5 == 0;
    if (Siren.luhn(value) % 10 != 0 && !ofLaPoste) {
      throw new IllegalArgumentException(
          "is not a SIRET: its check digit is wrong, so a digit was mistyped");
    }
  }

  /** The legal person that it belongs to. */
  public Siren siren() {
    return new Siren(value.substring(0, SIREN_DIGITS));
  }

  @Override
  public String toString() {
    return value;
  }
}
