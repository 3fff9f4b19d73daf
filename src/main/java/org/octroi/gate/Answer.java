package org.octroi.gate;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.octroi.entitlement.Snapshot;
import org.octroi.gate.http.Exchange;
import org.octroi.gate.http.HttpDate;
import org.octroi.gate.http.PreparedFields;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Problems;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
import org.octroi.quota.Spent;
import org.octroi.store.StoreAddress;
import org.octroi.store.StoreAnswer;
import org.octroi.token.ProofVerifier;
import org.octroi.vocabulary.Citation;
import org.octroi.vocabulary.Id;

/**
 * Step 7: what the reader is told beside the data (licence, source, last update, agreement, rate
 * fields), or a problem in its place.
 */
final class Answer {

  /** When to try again where nothing better is known. */
  private static final long RETRY_AFTER_SECONDS = 5;

  private static final long RETRY_AFTER_PAUSE_SECONDS = 300;

  private static final AsciiString EXPOSED =
      AsciiString.cached(
          "Link, Deprecation, Sunset, Octroi-Attribution, Octroi-Attribution*, Octroi-Agreement,"
              + " Octroi-Tier, Octroi-Reaccept-By, Octroi-Request, RateLimit, RateLimit-Policy,"
              + " Retry-After, ETag, Last-Modified, Content-Range, Accept-Ranges,"
              + " Content-Disposition, WWW-Authenticate, DPoP-Nonce");

  private static final AsciiString DPOP_NONCE = AsciiString.cached("dpop-nonce");
  private static final AsciiString OCTROI_REQUEST = AsciiString.cached("octroi-request");

  /** Until when the agreement serves without a newer text accepted; a date as in Last-Modified. */
  private static final AsciiString REACCEPT_BY = AsciiString.cached("octroi-reaccept-by");

  private static final AsciiString CONTENT_TYPE_OPTIONS =
      AsciiString.cached("x-content-type-options");
  private static final AsciiString LINK = AsciiString.cached("link");
  private static final AsciiString RATE_LIMIT = AsciiString.cached("ratelimit");
  private static final AsciiString RATE_LIMIT_POLICY = AsciiString.cached("ratelimit-policy");
  private static final AsciiString NOSNIFF = AsciiString.cached("nosniff");
  private static final AsciiString PRIVATE = AsciiString.cached("private, no-store");
  private static final AsciiString ANY = AsciiString.cached("*");

  private final Problems problems;
  private final PublicAddresses addresses;
  private final Meter meter;
  private final ProofVerifier proofs;
  private final DeprecationFields deprecation;

  Answer(Problems problems, PublicAddresses addresses, Meter meter, ProofVerifier proofs) {
    this.problems = problems;
    this.addresses = addresses;
    this.meter = meter;
    this.proofs = proofs;
    this.deprecation = new DeprecationFields(addresses);
  }

  /** Writes the head of a served answer. */
  void release(Passage passage, StoreAnswer store, OptionalLong length) {
    HttpHeaders fields =
        passage
            .decided()
            .dressings()
            .in(passage.language(), language -> dressed(passage, language));
    fields.set(OCTROI_REQUEST, passage.id());
    nonce(passage, fields);
    rate(fields, passage.paid().spent());
    cors(passage, fields);
    fields.set(HttpHeaderNames.CONTENT_TYPE, store.mediaType());
    for (Map.Entry<String, String> field : store.headers().entrySet()) {
      if (field.getKey().equals("vary")) {
        fields.add(HttpHeaderNames.VARY, field.getValue());
      } else {
        fields.set(field.getKey(), field.getValue());
      }
    }
    fields.set(
        HttpHeaderNames.LAST_MODIFIED,
        HttpDate.of(store.lastModified().orElse(passage.routed().dataset().lastUpdate())));
    if (store.shaped()) {
      fields.set(HttpHeaderNames.ACCEPT_RANGES, "none");
    } else if (store.entityTag().isPresent()) {
      fields.set(HttpHeaderNames.ETAG, store.entityTag().get());
    }
    if (store.shaped() || passage.entitled().agreement().isPresent()) {
      fields.set(HttpHeaderNames.CACHE_CONTROL, PRIVATE);
      fields.remove(HttpHeaderNames.EXPIRES);
    } else if (!store.headers().containsKey("cache-control")) {
      fields.set(HttpHeaderNames.CACHE_CONTROL, "public, max-age=60");
    }
    passage.exchange().head(store.status(), fields, length);
  }

  /**
   * Whether the reader has this answer already (RFC 9110 §13.1.2, §13.1.3), by the validators that
   * the store itself gave, whether or not it looks into conditions. A date must be the very one of
   * the store's answer: the date that stands in its place where there is none is the dataset's, and
   * no validator.
   */
  static boolean hasItAlready(Passage passage, StoreAnswer store) {
    if (store.status() != 200 || store.shaped() || passage.asksInABody()) {
      return false;
    }
    HttpHeaders asked = passage.request().headers();
    Optional<String> tags = passage.header("if-none-match");
    if (tags.isPresent()) {
      return store.entityTag().isPresent() && EntityTags.match(tags.get(), store.entityTag().get());
    }
    @Nullable String since = asked.get(HttpHeaderNames.IF_MODIFIED_SINCE);
    if (since == null || store.lastModified().isEmpty()) {
      return false;
    }
    @Nullable Date date = DateFormatter.parseHttpDate(since);
    return date != null
        && store.lastModified().get().getEpochSecond() == date.toInstant().getEpochSecond();
  }

  /** What all answers of the passage's shape carry. */
  private PreparedFields dressed(Passage passage, Locale language) {
    DefaultHttpHeaders fields = new DefaultHttpHeaders();
    Snapshot.Dataset dataset = passage.routed().dataset();
    Snapshot.Offer offer = passage.entitled().offer();
    always(passage, fields);
    if (passage.routed().distribution().target().address() instanceof StoreAddress.Http) {
      fields.set(HttpHeaderNames.VIA, Fetch.VIA_1_1);
    }
    fields.add(LINK, AsciiString.cached(link(licence(offer.licence()), "license")));
    fields.add(LINK, AsciiString.cached(link(datasetPage(dataset), "describedby")));
    fields.add(LINK, AsciiString.cached(link(terms(passage.entitled()), "terms-of-service")));
    attribution(fields, line(dataset, offer.licence(), language));
    fields.set("octroi-tier", AsciiString.cached(passage.permit().tier().value()));
    // The line to cite is in the reader's language, and who asks decides what they get.
    fields.add(
        HttpHeaderNames.VARY,
        AsciiString.cached("Authorization, X-API-Key, Octroi-Agreement, Accept-Language"));
    return PreparedFields.of(fields);
  }

  /** Answers with a problem; the passage's event is in the journal before it leaves. */
  void refuse(Passage passage, Refusal refusal) {
    refuse(passage, refusal, Map.of());
  }

  /** Answers with a problem that carries these fields too. */
  void refuse(Passage passage, Refusal refusal, Map<String, String> more) {
    Refusal whole = withRetry(refusal);
    meter.refused(passage, whole);
    meter.whenSafe(
        passage,
        () -> problem(passage, whole, more),
        // No data leaves with it.
        unavailable -> problem(passage, whole, more));
  }

  /** Answers with a problem where the passage's event is written already. */
  void refuseAfterItsEvent(Passage passage, Refusal refusal) {
    problem(passage, withRetry(refusal), Map.of());
  }

  private void problem(Passage passage, Refusal refusal, Map<String, String> more) {
    HttpHeaders fields = common(passage);
    if (refusal.type().status() == 401) {
      challenge(refusal.type(), withProof(passage), fields);
    }
    more.forEach(fields::set);
    if (refusal.type() == ProblemType.NOT_ALLOWED_METHOD) {
      passage
          .routedIfKnown()
          .ifPresent(what -> fields.set(HttpHeaderNames.ALLOW, Route.methods(what.distribution())));
    }
    problem(passage.exchange(), fields, refusal, passage.language(), passage.id());
  }

  /** Answers a request that could not be read. */
  void refuse(Exchange exchange, Refusal refusal) {
    String id = Id.next().toString();
    HttpHeaders fields = new DefaultHttpHeaders();
    fields.set(OCTROI_REQUEST, id);
    problem(
        exchange,
        fields,
        withRetry(refusal),
        Problems.language(exchange.requestHeaders().get(HttpHeaderNames.ACCEPT_LANGUAGE)),
        id);
  }

  private void problem(
      Exchange exchange, HttpHeaders fields, Refusal refusal, Locale language, String id) {
    byte[] body = problems.bytes(refusal, language, id);
    fields.set(HttpHeaderNames.CONTENT_TYPE, Problems.MEDIA_TYPE);
    fields.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    fields.set(CONTENT_TYPE_OPTIONS, NOSNIFF);
    if (refusal.type() == ProblemType.NOT_ALLOWED_METHOD
        && !fields.contains(HttpHeaderNames.ALLOW)) {
      fields.set(HttpHeaderNames.ALLOW, Route.METHODS);
    }
    if (refusal.members().get("retry_after") instanceof Long seconds) {
      fields.set(HttpHeaderNames.RETRY_AFTER, seconds.toString());
    }
    exchange.head(refusal.type().status(), fields, OptionalLong.of(body.length));
    exchange.last(Unpooled.wrappedBuffer(body));
  }

  /**
   * By which schemes to come (RFC 9110 §11.6.1): without a credential by either, and there is no
   * error to name (RFC 6750 §3); else by the one that was tried (RFC 9449 §7.1, RFC 9728 §5.1).
   */
  private void challenge(ProblemType type, boolean withProof, HttpHeaders fields) {
    String error =
        switch (type) {
          case AUTHENTICATION_REQUIRED -> "";
          case PROOF_OUTDATED -> "error=\"use_dpop_nonce\", ";
          case INVALID_PROOF -> "error=\"invalid_dpop_proof\", ";
          default -> "error=\"invalid_token\", ";
        };
    String metadata = "resource_metadata=\"" + addresses.atGate(ResourceMetadata.PATH) + "\"";
    if (type == ProblemType.AUTHENTICATION_REQUIRED || !withProof) {
      fields.add(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer " + error + metadata);
    }
    if (type == ProblemType.AUTHENTICATION_REQUIRED || withProof) {
      fields.add(
          HttpHeaderNames.WWW_AUTHENTICATE,
          "DPoP "
              + error
              + "algs=\""
              + String.join(" ", ProofVerifier.ALGORITHMS)
              + "\", "
              + metadata);
    }
  }

  /** Whoever proves a key by a nonce is told the next one (RFC 9449 §8.2). */
  private void nonce(Passage passage, HttpHeaders fields) {
    if (withProof(passage)) {
      fields.set(DPOP_NONCE, proofs.nonce(passage.began()));
    }
  }

  private static boolean withProof(Passage passage) {
    @Nullable String credential = passage.request().headers().get(HttpHeaderNames.AUTHORIZATION);
    return credential != null && Identify.has(credential, Identify.DPOP);
  }

  private static Refusal withRetry(Refusal refusal) {
    if (refusal.type().status() != 503 || refusal.members().containsKey("retry_after")) {
      return refusal;
    }
    return refusal.with(
        "retry_after",
        refusal.type() == ProblemType.DATASET_PAUSED
            ? RETRY_AFTER_PAUSE_SECONDS
            : RETRY_AFTER_SECONDS);
  }

  /** What every answer of a passage carries, served or refused. */
  private HttpHeaders common(Passage passage) {
    HttpHeaders fields = new DefaultHttpHeaders();
    fields.set(OCTROI_REQUEST, passage.id());
    always(passage, fields);
    nonce(passage, fields);
    cors(passage, fields);
    passage.paidIfKnown().map(Passage.Paid::spent).ifPresent(spent -> rate(fields, spent));
    return fields;
  }

  private void always(Passage passage, HttpHeaders fields) {
    fields.set(CONTENT_TYPE_OPTIONS, NOSNIFF);
    passage.routedIfKnown().ifPresent(what -> deprecation.add(what.dataset(), fields));
    passage
        .entitledIfKnown()
        .flatMap(Passage.Entitled::agreement)
        .ifPresent(
            agreement ->
                fields.set("octroi-agreement", AsciiString.cached(agreement.number().value())));
    passage
        .entitledIfKnown()
        .flatMap(Passage.Entitled::agreement)
        .flatMap(Snapshot.Agreement::reacceptance)
        .ifPresent(asked -> fields.set(REACCEPT_BY, HttpDate.of(asked.by())));
  }

  /** Whose pages may read the answer (Fetch standard, CORS protocol). */
  private static void cors(Passage passage, HttpHeaders fields) {
    if (passage.routedIfKnown().isEmpty()) {
      return;
    }
    if (passage.routed().dataset().anonymousOffer().isPresent()) {
      fields.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
      fields.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
      return;
    }
    @Nullable String origin = passage.request().headers().get(HttpHeaderNames.ORIGIN);
    if (origin == null) {
      return;
    }
    fields.add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
    if (mayRead(passage, origin)) {
      fields.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      fields.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
  }

  /**
   * A page may read what its own application is answered; a refusal before the application is known
   * may be read by the pages of all of them, so that they can say what is wrong.
   */
  private static boolean mayRead(Passage passage, String origin) {
    Optional<Snapshot.Application> application =
        passage.identifiedIfKnown().flatMap(Passage.Identified::application);
    return application.isPresent()
        ? application.get().origins().contains(origin)
        : passage.snapshot().originRegistered(origin);
  }

  private static void rate(HttpHeaders fields, Spent spent) {
    if (!spent.rateLimit().isEmpty()) {
      fields.set(RATE_LIMIT, spent.rateLimit());
    }
    if (!spent.rateLimitPolicy().isEmpty()) {
      fields.set(RATE_LIMIT_POLICY, spent.rateLimitPolicy());
    }
  }

  private String licence(Snapshot.Licence licence) {
    return addresses.licenceVersion(licence.slug(), licence.number());
  }

  private String datasetPage(Snapshot.Dataset dataset) {
    return addresses.dataset(dataset.territory().slug(), dataset.slug());
  }

  private String terms(Passage.Entitled entitled) {
    Optional<Snapshot.Agreement> agreement = entitled.agreement();
    return agreement.isPresent()
        ? addresses.agreement(agreement.get().id())
        : addresses.offer(entitled.offer().id());
  }

  private static String link(String address, String relation) {
    return "<" + address + ">; rel=\"" + relation + "\"";
  }

  /** The line to cite. */
  private static String line(Snapshot.Dataset dataset, Snapshot.Licence licence, Locale language) {
    return new Citation(
            dataset.title(),
            dataset.source(),
            licence.name(),
            licence.address(),
            LocalDate.ofInstant(dataset.lastUpdate(), dataset.territory().zone()))
        .text(language);
  }

  /** Plain where it is ASCII, else as an extended value under the name with a star (RFC 8187). */
  private static void attribution(HttpHeaders fields, String line) {
    if (line.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
      fields.set("octroi-attribution", AsciiString.cached(line));
      return;
    }
    StringBuilder value = new StringBuilder("UTF-8''");
    for (byte b : line.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || "!#$&+-.^_`|~".indexOf(c) >= 0)) {
        value.append(c);
      } else {
        value.append('%').append("%02X".formatted((int) c));
      }
    }
    fields.set("octroi-attribution*", AsciiString.cached(value.toString()));
  }
}
