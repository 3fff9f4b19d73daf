package org.octroi.charter;

import org.octroi.vocabulary.TerritoryId;

/**
 * What applying a charter came to. A second time with the same file, only {@code unchanged} counts.
 *
 * @param territory the territory
 * @param added things that were not there
 * @param changed things that were there in another form; for an offer, a new version
 * @param unchanged things that were there like this
 * @param withdrawn things that are no longer in the file
 */
public record Applied(
    TerritoryId territory, int added, int changed, int unchanged, int withdrawn) {}
