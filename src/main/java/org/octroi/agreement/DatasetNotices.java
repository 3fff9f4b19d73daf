package org.octroi.agreement;

import java.time.ZoneId;
import java.util.Optional;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.DatasetDeprecated;
import org.octroi.catalogue.DatasetPaused;
import org.octroi.catalogue.DatasetResumed;
import org.octroi.catalogue.DatasetRetired;
import org.octroi.catalogue.DatasetSunsetNear;
import org.octroi.catalogue.DatasetUndeprecated;
import org.octroi.catalogue.Datasets;
import org.octroi.catalogue.Deprecation;
import org.octroi.identity.NoticeWords;
import org.octroi.problem.PublicAddresses;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Tells all who hold agreements on a dataset what becomes of it. */
@Component
class DatasetNotices {

  private final Datasets datasets;
  private final Territories territories;
  private final Circulars circulars;
  private final NoticeWords words;
  private final PublicAddresses addresses;

  DatasetNotices(
      Datasets datasets,
      Territories territories,
      Circulars circulars,
      NoticeWords words,
      PublicAddresses addresses) {
    this.datasets = datasets;
    this.territories = territories;
    this.circulars = circulars;
    this.words = words;
    this.addresses = addresses;
  }

  @EventListener
  void on(DatasetPaused paused) {
    About about = about(paused.territory(), paused.dataset());
    announce(
        about, "paused", words.say("notice.dataset.paused.text", about.names()), paused.note());
  }

  @EventListener
  void on(DatasetResumed resumed) {
    About about = about(resumed.territory(), resumed.dataset());
    announce(
        about,
        "resumed",
        words.say("notice.dataset.resumed.text", about.names()),
        Optional.empty());
  }

  @EventListener
  void on(DatasetDeprecated deprecated) {
    About about = about(deprecated.territory(), deprecated.dataset());
    Deprecation deprecation = deprecated.deprecation();
    Bilingual text =
        words.say(
            "notice.dataset.deprecated.text",
            about.title(),
            about.holder(),
            about.page(),
            NoticeWords.time(deprecation.since(), about.zone()));
    if (deprecation.sunset().isPresent()) {
      text =
          joined(
              text,
              " ",
              words.say(
                  "notice.dataset.deprecated.sunset",
                  NoticeWords.time(deprecation.sunset().get(), about.zone())));
    }
    if (deprecation.link().isPresent()) {
      String link =
          switch (deprecation.link().get()) {
            case Deprecation.Link.Page page -> page.text();
            case Deprecation.Link.Successor(var slug) ->
                addresses.dataset(about.territory().slug(), slug);
          };
      text = joined(text, "\n", words.say("notice.dataset.deprecated.link", link));
    }
    announce(about, "deprecated", text, deprecation.note());
  }

  @EventListener
  void on(DatasetUndeprecated undeprecated) {
    About about = about(undeprecated.territory(), undeprecated.dataset());
    announce(
        about,
        "undeprecated",
        words.say("notice.dataset.undeprecated.text", about.names()),
        Optional.empty());
  }

  @EventListener
  void on(DatasetSunsetNear near) {
    About about = about(near.territory(), near.dataset());
    announce(
        about,
        "retiring",
        words.say(
            "notice.dataset.retiring.text",
            about.title(),
            about.holder(),
            about.page(),
            NoticeWords.time(near.sunset(), about.zone())),
        Optional.empty());
  }

  @EventListener
  void on(DatasetRetired retired) {
    About about = about(retired.territory(), retired.dataset());
    announce(
        about,
        "retired",
        words.say("notice.dataset.retired.text", about.names()),
        Optional.empty());
  }

  /** What the sentences speak of. */
  private record About(Dataset dataset, Territory territory, String page) {

    Bilingual title() {
      return dataset.title();
    }

    String holder() {
      return dataset.holderName();
    }

    ZoneId zone() {
      return territory.zone();
    }

    Object[] names() {
      return new Object[] {title(), holder(), page};
    }
  }

  private About about(TerritoryId territory, DatasetId id) {
    Dataset dataset = datasets.find(territory, id).orElseThrow();
    Territory in = territories.find(territory).orElseThrow();
    return new About(dataset, in, addresses.dataset(in.slug(), dataset.slug()));
  }

  private void announce(About about, String what, Bilingual text, Optional<Bilingual> note) {
    circulars.announce(
        new Audience(
            about.dataset().territory(),
            about.dataset().holder(),
            Optional.of(about.dataset().id())),
        "dataset." + what,
        words.say("notice.dataset." + what + ".title", NoticeWords.brief(about.title())),
        note.map(said -> joined(text, "\n\n", said)).orElse(text));
  }

  private static Bilingual joined(Bilingual first, String between, Bilingual second) {
    return new Bilingual(first.fr() + between + second.fr(), first.en() + between + second.en());
  }
}
