package org.octroi.statistics;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for and not given.
 *
 * @param refusals what the gate refused, most first
 * @param truncated whether there were more refusals than were asked for
 * @param demands what people ask holders to offer, and nobody has answered yet, whenever they asked
 */
public record UnmetDemand(List<Refusals> refusals, boolean truncated, List<Demands> demands) {

  public UnmetDemand {
    refusals = List.copyOf(refusals);
    demands = List.copyOf(demands);
  }

  /**
   * Refusals of one reason.
   *
   * @param reason the word of the problem that was answered
   * @param offers what would have served: the offer that the gate found, or else those in force
   *     today
   * @param dataset what was asked for
   * @param datasetName its title in the reader's language
   * @param requests how many requests
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Refusals(
      String reason,
      List<Offered> offers,
      String dataset,
      @Nullable String datasetName,
      long requests) {

    public Refusals {
      offers = List.copyOf(offers);
    }
  }

  /**
   * An offer.
   *
   * @param name its title in the reader's language, where it has one
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Offered(String offer, @Nullable String name) {}

  /**
   * Demands on one holder that are open.
   *
   * @param dataset the dataset that they are about, where it is one that is there
   * @param demands how many
   * @param oldest since when the oldest waits
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Demands(
      String holder,
      @Nullable String holderName,
      @Nullable String dataset,
      @Nullable String datasetName,
      long demands,
      Instant oldest) {}
}
