package org.octroi.territory;

import java.time.Instant;
import java.time.ZoneId;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;

/**
 * A city or agglomeration: the tenant.
 *
 * @param id its id
 * @param slug its name in addresses, never given to another
 * @param name what people call it
 * @param zone where its days begin and end
 * @param createdAt since when it is here
 * @param revision grows by one with every change, from 1
 */
public record Territory(
    TerritoryId id, Slug slug, Bilingual name, ZoneId zone, Instant createdAt, int revision) {}
