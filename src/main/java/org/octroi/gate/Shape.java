package org.octroi.gate;

import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.octroi.entitlement.Snapshot;
import org.octroi.policy.DecisionInput.Authentication;
import org.octroi.store.Asked;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.Channel;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.Purpose;

/**
 * A request as far as the policy's answer and what is kept of the query depend on it, but for the
 * time. What comes from the snapshot is told apart by identity: it never changes, and what replaces
 * it is another object. So to look a shape up costs a few comparisons, where the policy's whole
 * input would cost hundreds. Immutable.
 */
final class Shape {

  private final Snapshot.Dataset dataset;
  private final Snapshot.Distribution distribution;
  private final Snapshot.Offer offer;
  private final Snapshot.@Nullable Agreement agreement;
  private final Snapshot.@Nullable Application application;
  private final Authentication authentication;
  private final SortedSet<String> scopes;
  private final Action action;
  private final Format format;
  private final SortedSet<String> columns;
  private final SortedSet<String> operators;
  private final SortedSet<String> others;
  private final Optional<Purpose> purpose;
  private final Channel channel;
  private final int hash;

  Shape(Passage passage, Asked.Understood understood) {
    Passage.Identified who = passage.identified();
    this.dataset = passage.routed().dataset();
    this.distribution = passage.routed().distribution();
    this.offer = passage.entitled().offer();
    this.agreement = passage.entitled().agreement().orElse(null);
    this.application = who.application().orElse(null);
    this.authentication = who.authentication();
    this.scopes = who.scopes();
    this.action = passage.asking().action();
    this.format = passage.asking().format();
    this.columns = understood.columns();
    this.operators = understood.operators();
    this.others = understood.others();
    this.purpose = passage.asking().purpose();
    this.channel = passage.caller().channel();
    int sum = System.identityHashCode(distribution);
    sum = 31 * sum + System.identityHashCode(agreement == null ? offer : agreement);
    sum = 31 * sum + System.identityHashCode(application);
    sum = 31 * sum + action.ordinal();
    sum = 31 * sum + format.ordinal();
    sum = 31 * sum + channel.ordinal();
    sum = 31 * sum + (columns.isEmpty() ? 0 : columns.hashCode());
    sum = 31 * sum + (operators.isEmpty() ? 0 : operators.hashCode());
    sum = 31 * sum + (others.isEmpty() ? 0 : others.hashCode());
    this.hash = 31 * sum + purpose.hashCode();
  }

  @Override
  @SuppressWarnings("ReferenceEquality")
  public boolean equals(@Nullable Object other) {
    return other instanceof Shape that
        && hash == that.hash
        && dataset == that.dataset
        && distribution == that.distribution
        && offer == that.offer
        && agreement == that.agreement
        && application == that.application
        && authentication == that.authentication
        && action == that.action
        && format == that.format
        && channel == that.channel
        && (scopes == that.scopes || scopes.equals(that.scopes))
        && columns.equals(that.columns)
        && operators.equals(that.operators)
        && others.equals(that.others)
        && Objects.equals(purpose, that.purpose);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
