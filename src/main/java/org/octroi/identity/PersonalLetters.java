package org.octroi.identity;

import java.util.Optional;
import org.octroi.outbox.Envelope;
import org.octroi.outbox.Letter;
import org.octroi.outbox.MessageId;
import org.octroi.outbox.Outbox;
import org.octroi.vocabulary.Bilingual;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Letters about somebody's own account, such as a link that proves an address. They go by mail
 * alone and to everybody, unlike notices: whoever reads a notice is signed in already, and whoever
 * wants no mail still wants these. Words are messages {@code letter.<kind>.title} and {@code
 * .text}.
 */
@Component
class PersonalLetters {

  private final People people;
  private final Outbox outbox;
  private final NoticeWords words;

  PersonalLetters(People people, Outbox outbox, NoticeWords words) {
    this.people = people;
    this.outbox = outbox;
    this.words = words;
  }

  /** Whether there is a mail server. */
  boolean canBeSent() {
    return outbox.mails();
  }

  /** Sends one after the commit, where there is a mail server. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void send(Person to, String kind, Object... about) {
    Language language = people.settings(to.id()).language();
    Bilingual title = words.say("letter." + kind + ".title");
    Bilingual text = words.say("letter." + kind + ".text", about);
    outbox.put(
        new Envelope(MessageId.create(), "person." + kind, Optional.empty(), to.id()),
        new Letter(to.email(), language.of(title), language.of(text)));
  }
}
