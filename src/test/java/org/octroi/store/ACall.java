package org.octroi.store;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Catalogue.Column;
import org.octroi.obligation.Obligations;
import org.octroi.obligation.Obligations.Area;
import org.octroi.obligation.Obligations.Mask;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.obligation.Obligations.RowCondition;
import org.octroi.store.StoreTarget.Parameter;
import org.octroi.store.StoreTarget.SealedCredential;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.StoreId;

/** Says in a few words what is asked of which store. */
final class ACall {

  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final StoreAddress address;
  private final String resource;
  private StoreId store = StoreId.create();
  private final List<Column> columns = new ArrayList<>();
  private @Nullable String recordPath;
  private @Nullable String timeColumn;
  private @Nullable String longitude;
  private @Nullable String latitude;
  private final List<Parameter> parameters = new ArrayList<>();
  private boolean subpaths;
  private List<Format> formats = List.of(Format.JSON);
  private @Nullable SealedCredential credential;
  private boolean head;
  private String rest = "";
  private final Map<String, List<String>> query = new LinkedHashMap<>();
  private final Map<String, String> headers = new LinkedHashMap<>();
  private @Nullable SortedSet<String> visible;
  private final List<Mask> masks = new ArrayList<>();
  private final List<RowCondition> rows = new ArrayList<>();
  private @Nullable Area area;
  private @Nullable Duration delay;
  private @Nullable Duration depth;
  private OptionalLong cap = OptionalLong.empty();
  private Duration timeout = Duration.ofSeconds(10);
  private boolean shareable;
  private @Nullable AgreementNumber agreement;
  private boolean namesAgreement = true;
  private StoreCall.@Nullable Body body;

  private ACall(StoreAddress address, String resource) {
    this.address = address;
    this.resource = resource;
  }

  static ACall to(StoreAddress address, String resource) {
    return new ACall(address, resource);
  }

  ACall of(StoreId id) {
    store = id;
    return this;
  }

  ACall column(String name, Catalogue.Type type) {
    columns.add(new Column(name, type, false));
    return this;
  }

  ACall recordsAt(String path) {
    recordPath = path;
    return this;
  }

  ACall timedBy(String column) {
    timeColumn = column;
    return this;
  }

  ACall placedBy(String longitudeColumn, String latitudeColumn) {
    longitude = longitudeColumn;
    latitude = latitudeColumn;
    return this;
  }

  ACall taking(String name) {
    parameters.add(new Parameter(name, Optional.empty(), Operator.EQ));
    return this;
  }

  ACall comparing(String name, String column, Operator operator) {
    parameters.add(new Parameter(name, Optional.of(column), operator));
    return this;
  }

  ACall withSubpath(String path) {
    subpaths = true;
    rest = path;
    return this;
  }

  ACall as(Format... wanted) {
    formats = List.of(wanted);
    return this;
  }

  ACall sealedBy(String sealed) {
    credential = new SealedCredential(sealed);
    return this;
  }

  ACall headOnly() {
    head = true;
    return this;
  }

  ACall asking(String name, String... values) {
    query.put(name, List.of(values));
    return this;
  }

  ACall sending(String name, String value) {
    headers.put(name, value);
    return this;
  }

  ACall showing(String... names) {
    visible = new TreeSet<>(Arrays.asList(names));
    return this;
  }

  ACall masking(String column, Mask.How how, int digits) {
    masks.add(new Mask(column, how, digits));
    return this;
  }

  ACall where(String column, Operator operator, String... values) {
    rows.add(new RowCondition(column, operator, List.of(values)));
    return this;
  }

  ACall within(double west, double south, double east, double north) {
    area = new Area(west, south, east, north);
    return this;
  }

  ACall delayedBy(Duration duration) {
    delay = duration;
    return this;
  }

  ACall goingBack(Duration duration) {
    depth = duration;
    return this;
  }

  ACall atMost(long count) {
    cap = OptionalLong.of(count);
    return this;
  }

  ACall waiting(Duration duration) {
    timeout = duration;
    return this;
  }

  ACall shareable() {
    shareable = true;
    return this;
  }

  ACall under(AgreementNumber number) {
    agreement = number;
    return this;
  }

  /** The store is not told under which agreement it is asked. */
  ACall namingNoAgreement() {
    namesAgreement = false;
    return this;
  }

  ACall posting(StoreCall.Body what) {
    body = what;
    return this;
  }

  StoreTarget target() {
    return new StoreTarget(
        store,
        address,
        Optional.ofNullable(credential),
        resource,
        new Catalogue(
            columns,
            Optional.ofNullable(recordPath),
            Optional.ofNullable(timeColumn),
            Optional.ofNullable(longitude),
            Optional.ofNullable(latitude)),
        parameters,
        subpaths,
        formats,
        body != null,
        namesAgreement);
  }

  Map<String, List<String>> query() {
    return query;
  }

  StoreCall call() {
    return new StoreCall(
        target(),
        head,
        rest,
        query,
        headers,
        formats.getFirst(),
        new Obligations(
            Optional.ofNullable(visible),
            masks,
            rows,
            Optional.ofNullable(area),
            Optional.ofNullable(delay),
            Optional.ofNullable(depth),
            cap,
            OptionalLong.empty(),
            Set.of(),
            false),
        "key of an agreement".getBytes(StandardCharsets.UTF_8),
        NOW,
        Optional.ofNullable(agreement),
        "request-1",
        "for=unknown;host=gate.test;proto=http",
        "1.1 octroi",
        Optional.ofNullable(body),
        timeout,
        shareable);
  }
}
