package org.octroi.obligation;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Obligations.Mask;

/**
 * Puts something else in the place of masked values. What a mask can't be made of, such as the
 * rounding of a text, becomes nothing. For use by one thread.
 */
final class Masks {

  private static final int HASH_BYTES = 16;

  private final Map<String, Mask> byColumn = new HashMap<>();
  private final Catalogue catalogue;
  private final @Nullable Mac mac;

  /**
   * @throws UnshapeableException when a hash is asked for and there is no key
   */
  Masks(List<Mask> masks, Catalogue catalogue, byte[] key) {
    this.catalogue = catalogue;
    boolean hashes = false;
    for (Mask mask : masks) {
      hashes |= mask.how() == Mask.How.HASH;
      // Two masks on one column are a mistake; of two mistakes hiding is the better one.
      if (byColumn.putIfAbsent(mask.column(), mask) != null) {
        byColumn.put(mask.column(), new Mask(mask.column(), Mask.How.NULL, 0));
      }
    }
    this.mac = hashes ? macOf(key) : null;
  }

  boolean hides(String column) {
    return byColumn.containsKey(column);
  }

  Datum apply(String column, Datum value) {
    Mask mask = byColumn.get(column);
    if (mask == null || value.equals(Datum.NOTHING)) {
      return value;
    }
    return switch (mask.how()) {
      case NULL -> Datum.NOTHING;
      case HASH -> canonical(column, value).map(this::hash).orElse(Datum.NOTHING);
      case GENERALISE ->
          Scalar.text(value).map(text -> generalise(text, mask.digits())).orElse(Datum.NOTHING);
      case ROUND -> isGeometry(column) ? roundAll(value, mask.digits()) : round(value, mask);
    };
  }

  private boolean isGeometry(String column) {
    return column.equals(GeoJson.GEOMETRY)
        || catalogue.column(column).map(c -> c.type() == Catalogue.Type.GEOMETRY).orElse(false);
  }

  /** Equal numbers have equal hashes, however many zeros they were written with. */
  private Optional<String> canonical(String column, Datum value) {
    boolean numeric =
        catalogue
            .column(column)
            .map(c -> c.type() == Catalogue.Type.INTEGER || c.type() == Catalogue.Type.NUMBER)
            .orElse(false);
    Optional<String> number =
        numeric
            ? Scalar.number(value).map(n -> n.stripTrailingZeros().toPlainString())
            : Optional.empty();
    return number.or(() -> Scalar.text(value));
  }

  private Datum hash(String text) {
    if (mac == null) {
      return Datum.NOTHING;
    }
    byte[] whole = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    return new Datum.Text(HexFormat.of().formatHex(whole, 0, HASH_BYTES));
  }

  private static Datum generalise(String text, int kept) {
    int points = text.codePointCount(0, text.length());
    if (points <= kept) {
      return new Datum.Text(text);
    }
    int cut = text.offsetByCodePoints(0, Math.max(0, kept));
    return new Datum.Text(text.substring(0, cut) + "*".repeat(points - Math.max(0, kept)));
  }

  private static Datum round(Datum value, Mask mask) {
    return Scalar.number(value).map(number -> rounded(number, mask.digits())).orElse(Datum.NOTHING);
  }

  private static Datum rounded(BigDecimal number, int decimals) {
    BigDecimal shorter =
        number.scale() > decimals ? number.setScale(decimals, RoundingMode.HALF_UP) : number;
    return new Datum.Numeral(shorter.toPlainString());
  }

  /** A geometry is rounded in all its coordinates. */
  private static Datum roundAll(Datum value, int decimals) {
    return switch (value) {
      case Datum.Numeral number ->
          Scalar.number(number).map(n -> rounded(n, decimals)).orElse(Datum.NOTHING);
      case Datum.Series series -> {
        List<Datum> items = new ArrayList<>(series.items().size());
        series.items().forEach(item -> items.add(roundAll(item, decimals)));
        yield new Datum.Series(items);
      }
      case Datum.Group group -> {
        Map<String, Datum> members = new LinkedHashMap<>();
        group.members().forEach((name, member) -> members.put(name, roundAll(member, decimals)));
        // Anything but the geometry's own members could hold the exact place in words.
        members.keySet().retainAll(GeoJson.GEOMETRY_MEMBERS);
        yield new Datum.Group(members);
      }
      case Datum.Text text -> text;
      case Datum.Truth truth -> truth;
      case Datum.Nothing nothing -> nothing;
    };
  }

  private static Mac macOf(byte[] key) {
    if (key.length == 0) {
      throw new UnshapeableException("a column is to be hashed, and there is no key for it");
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 does not work in this JVM", e);
    }
  }
}
