package org.octroi.quota;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What every application may use in all, whatever its agreements give: the operator's own bound, so
 * that no single program takes the whole gate. Nothing is bounded that is not set.
 *
 * @param requests the pace: so many requests
 * @param per in such a time
 * @param burst how many may come at once; as many as {@code requests} where it is not set
 * @param requestsPerHour a quota of requests
 * @param requestsPerDay likewise
 * @param requestsPerMonth likewise
 * @param zone by whose clocks hours, days and months go, since an application is at home in every
 *     territory
 */
@Validated
@ConfigurationProperties("octroi.quota.application")
public record ApplicationAllowance(
    @Nullable @Min(1) @Max(1_000_000_000) Long requests,
    @DefaultValue("PT1S") @NotNull Duration per,
    @Nullable @Min(1) @Max(1_000_000_000) Long burst,
    @Nullable @Min(1) Long requestsPerHour,
    @Nullable @Min(1) Long requestsPerDay,
    @Nullable @Min(1) Long requestsPerMonth,
    @DefaultValue("Europe/Paris") @NotNull ZoneId zone) {

  /** The same as limits. */
  public Limits limits() {
    List<Quota> quotas = new ArrayList<>();
    add(quotas, Window.HOUR, requestsPerHour);
    add(quotas, Window.DAY, requestsPerDay);
    add(quotas, Window.MONTH, requestsPerMonth);
    Long pace = requests;
    return new Limits(
        pace == null
            ? Limits.Rate.NONE
            : new Limits.Rate(pace, per, burst == null ? pace : Math.max(pace, burst)),
        quotas);
  }

  private static void add(List<Quota> quotas, Window window, @Nullable Long amount) {
    if (amount != null) {
      quotas.add(Quota.of(Unit.REQUESTS, window, amount));
    }
  }
}
