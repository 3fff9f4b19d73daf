package org.octroi.licence;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Obligations.Area;

/**
 * An ODRL policy in JSON-LD (W3C, ODRL Information Model 2.2, §2.1): what a licence, an offer or an
 * agreement says, for programs that know nothing of Octroi. Who and what it is about go by address
 * or by {@code urn:uuid}, never by a person's name.
 *
 * @param context what the words mean
 * @param type Set, Offer or Agreement
 * @param uid its address
 * @param assigner who grants
 * @param assignee to whom
 * @param identifier the number that people quote
 * @param license the address of the licence version that it stands on
 * @param issued since when it stands
 * @param permission what may be done, with its duties
 * @param prohibition what must not be done
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record OdrlPolicy(
    @JsonProperty("@context") List<Object> context,
    @JsonProperty("@type") String type,
    String uid,
    @Nullable String assigner,
    @Nullable String assignee,
    @JsonProperty("dct:identifier") @Nullable String identifier,
    @JsonProperty("dct:license") @Nullable Map<String, String> license,
    @JsonProperty("dct:issued") @Nullable Typed issued,
    List<Rule> permission,
    List<Rule> prohibition) {

  /** The media type of JSON-LD (W3C, JSON-LD 1.1, §C). */
  public static final String MEDIA_TYPE = "application/ld+json";

  private static final List<Object> CONTEXT =
      List.of(
          "http://www.w3.org/ns/odrl.jsonld",
          new TreeMap<>(
              Map.of("cc", "http://creativecommons.org/ns#", "dct", "http://purl.org/dc/terms/")));

  /**
   * A permission or a prohibition.
   *
   * @param target what it is about
   * @param constraint under which circumstances, all of them
   * @param duty what must be done by who uses the permission
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Rule(
      List<String> target, String action, List<Constraint> constraint, List<Duty> duty) {}

  /** Something to be done; with a constraint on how much. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Duty(String action, List<Constraint> constraint) {

    /**
     * To pay so much.
     *
     * @param every after how long again; empty where it is paid once
     */
    public static Duty paying(BigDecimal amount, Currency currency, Optional<Period> every) {
      return compensating(amount, "urn:iso:std:iso:4217:" + currency.getCurrencyCode(), every);
    }

    /** To pay so much of a hundred of what was earned. */
    public static Duty payingPercent(BigDecimal percentage, Optional<Period> every) {
      return compensating(percentage, "http://qudt.org/vocab/unit/PERCENT", every);
    }

    /** The same, owed only once the reuse reaches more than so many. */
    public Duty above(long threshold) {
      List<Constraint> more = new ArrayList<>(constraint);
      more.add(
          new Constraint("count", "gt", new Typed(Long.toString(threshold), "xsd:integer"), null));
      return new Duty(action, List.copyOf(more));
    }

    private static Duty compensating(BigDecimal amount, String unit, Optional<Period> every) {
      List<Constraint> constraints = new ArrayList<>();
      constraints.add(
          new Constraint(
              "payAmount", "eq", new Typed(amount.toPlainString(), "xsd:decimal"), unit));
      every.ifPresent(
          period ->
              constraints.add(
                  new Constraint(
                      "timeInterval", "eq", new Typed(period.toString(), "xsd:duration"), null)));
      return new Duty("compensate", List.copyOf(constraints));
    }
  }

  /** A circumstance. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Constraint(
      String leftOperand, String operator, Object rightOperand, @Nullable String unit) {

    /** Only for one of these purposes, by their addresses in DPV. */
    public static Constraint purposes(Collection<String> addresses) {
      return new Constraint("purpose", "isAnyOf", List.copyOf(addresses), null);
    }

    /** Only to one of these kinds of reusers. */
    public static Constraint recipients(Collection<String> kinds) {
      return new Constraint("recipient", "isAnyOf", List.copyOf(kinds), null);
    }

    /** From this moment on. */
    public static Constraint from(Instant first) {
      return new Constraint("dateTime", "gteq", Typed.of(first), null);
    }

    /** Before this moment. */
    public static Constraint before(Instant end) {
      return new Constraint("dateTime", "lt", Typed.of(end), null);
    }

    /** Up to the end of this day. */
    static Constraint until(LocalDate last) {
      return new Constraint("dateTime", "lteq", new Typed(last.toString(), "xsd:date"), null);
    }

    /** In this area: a place's name or address, or a geometry. */
    static Constraint within(Object area) {
      return new Constraint("spatial", "isPartOf", area, null);
    }

    /** For at most so many people reached in a month. */
    static Constraint audience(long atMost) {
      return new Constraint(
          "count",
          "lteq",
          new Typed(Long.toString(atMost), "xsd:integer"),
          "urn:octroi:unit:people-a-month");
    }

    /** For so long. */
    public static Constraint lasting(Period validity) {
      return new Constraint(
          "elapsedTime", "lteq", new Typed(validity.toString(), "xsd:duration"), null);
    }
  }

  /** A value with its type. */
  public record Typed(@JsonProperty("@value") String value, @JsonProperty("@type") String type) {

    static Typed of(Instant time) {
      return new Typed(time.toString(), "xsd:dateTime");
    }

    /** As GeoSPARQL writes it, longitude first. */
    static Typed of(Area box) {
      String corners =
          Stream.of(
                  List.of(box.west(), box.south()),
                  List.of(box.east(), box.south()),
                  List.of(box.east(), box.north()),
                  List.of(box.west(), box.north()),
                  List.of(box.west(), box.south()))
              .map(corner -> corner.getFirst() + " " + corner.getLast())
              .collect(Collectors.joining(", "));
      return new Typed(
          "POLYGON((" + corners + "))", "http://www.opengis.net/ont/geosparql#wktLiteral");
    }
  }

  /**
   * What is granted under a licence.
   *
   * @param uid the address of the offer or agreement
   * @param assigner the holder; none where nobody grants anything
   * @param targets the addresses of the datasets
   * @param licence the address of the licence version, where this is not the licence itself
   * @param terms of that version
   * @param constraints on all of it
   * @param duties besides the licence's own
   */
  public record Grant(
      String uid,
      @Nullable String assigner,
      List<String> targets,
      @Nullable String licence,
      Terms terms,
      List<Constraint> constraints,
      List<Duty> duties) {}

  /** What a licence says of whatever is offered under it: it grants nothing by itself. */
  static OdrlPolicy set(String address, Terms terms) {
    return of(
        "Set",
        new Grant(address, null, List.of(address + "#data"), null, terms, List.of(), List.of()),
        null,
        null,
        null);
  }

  /** What is offered to whoever accepts it. */
  public static OdrlPolicy offer(Grant grant) {
    return of("Offer", grant, null, null, null);
  }

  /** What was granted. */
  public static OdrlPolicy agreement(
      Grant grant, String assignee, String number, Instant grantedAt) {
    return of("Agreement", grant, assignee, number, Typed.of(grantedAt));
  }

  /** The holder or reuser of this id. */
  public static String party(String id) {
    return "urn:uuid:" + id;
  }

  private static OdrlPolicy of(
      String type,
      Grant grant,
      @Nullable String assignee,
      @Nullable String number,
      @Nullable Typed issued) {
    return new OdrlPolicy(
        CONTEXT,
        type,
        grant.uid,
        grant.assigner,
        assignee,
        number,
        grant.licence == null ? null : Map.of("@id", grant.licence),
        issued,
        grant.terms.permissions().stream()
            .map(
                action ->
                    new Rule(
                        grant.targets,
                        TermAction.of(action).name(),
                        Stream.concat(constraints(grant.terms, action), grant.constraints.stream())
                            .toList(),
                        duties(grant, action)))
            .toList(),
        grant.terms.prohibitions().stream()
            .map(
                action ->
                    new Rule(
                        grant.targets,
                        TermAction.of(action).name(),
                        constraints(grant.terms, action).toList(),
                        List.of()))
            .toList());
  }

  private static Stream<Constraint> constraints(Terms terms, String action) {
    return terms.constraintsOn(action).stream().map(TermConstraint::odrl);
  }

  private static List<Duty> duties(Grant grant, String permission) {
    List<Duty> duties = new ArrayList<>(grant.duties);
    grant.terms.duties().stream()
        .map(TermAction::of)
        .filter(duty -> duty.isDueOn(permission))
        .filter(duty -> grant.duties.stream().noneMatch(more -> more.action.equals(duty.name())))
        .forEach(duty -> duties.add(new Duty(duty.name(), List.of())));
    return List.copyOf(duties);
  }
}
