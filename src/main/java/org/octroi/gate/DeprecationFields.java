package org.octroi.gate;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.octroi.entitlement.Snapshot;
import org.octroi.gate.http.HttpDate;
import org.octroi.problem.PublicAddresses;

/**
 * What every answer of a deprecated dataset says, served or refused: {@code Deprecation} (RFC
 * 9745), {@code Sunset} (RFC 8594), and where to read on. Worked out once for each dataset of a
 * snapshot, and forgotten with it. Safe for use by many threads.
 */
final class DeprecationFields {

  private static final AsciiString DEPRECATION = AsciiString.cached("deprecation");
  private static final AsciiString SUNSET = AsciiString.cached("sunset");
  private static final AsciiString LINK = AsciiString.cached("link");

  private final PublicAddresses addresses;

  /** By identity: what replaces a dataset in a snapshot is another object. */
  private final LoadingCache<Snapshot.Dataset, List<Field>> written =
      Caffeine.newBuilder().weakKeys().executor(Runnable::run).build(this::write);

  DeprecationFields(PublicAddresses addresses) {
    this.addresses = addresses;
  }

  private record Field(AsciiString name, AsciiString value) {}

  /** Adds them, where the dataset is deprecated. */
  void add(Snapshot.Dataset dataset, HttpHeaders fields) {
    if (dataset.deprecation().isPresent()) {
      for (Field field : written.get(dataset)) {
        fields.add(field.name(), field.value());
      }
    }
  }

  private List<Field> write(Snapshot.Dataset dataset) {
    Snapshot.Deprecation deprecation = dataset.deprecation().orElseThrow();
    List<Field> fields = new ArrayList<>();
    // A date of RFC 9651 §3.3.7; of the past, or ahead (RFC 9745 §2.1).
    fields.add(field(DEPRECATION, "@" + deprecation.since().getEpochSecond()));
    deprecation.sunset().ifPresent(sunset -> fields.add(field(SUNSET, HttpDate.of(sunset))));
    String page =
        deprecation
            .page()
            .orElseGet(() -> addresses.dataset(dataset.territory().slug(), dataset.slug()));
    fields.add(field(LINK, "<" + page + ">; rel=\"deprecation\""));
    Optional<String> successor =
        deprecation
            .successor()
            .map(slug -> addresses.atGate("/" + dataset.territory().slug() + "/" + slug));
    successor.ifPresent(
        address -> fields.add(field(LINK, "<" + address + ">; rel=\"successor-version\"")));
    return List.copyOf(fields);
  }

  private static Field field(AsciiString name, String value) {
    return new Field(name, AsciiString.cached(value));
  }
}
