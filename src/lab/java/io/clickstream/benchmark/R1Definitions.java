package io.clickstream.benchmark;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Fields and goals over the clicks of R1: every aggregate, over our fields and over paths of one's
 * own, with and without a condition.
 */
final class R1Definitions {

  private static final List<String> FIELDS =
      List.of(
          "{last: page_title}",
          "{set: device_type, where: {event_type: product_view}}",
          "{max: price}",
          "{sum: quantity, where: {event_type: add_to_cart}}",
          "{count: {event_type: search}}",
          "{any: {page_url: {starts-with: 'https://shop.example/page/1'}}}",
          "{distinct: product_id}",
          "{first: page_url, where: {event_type: page_view}}",
          "{last: user_agent}",
          "{set: country}",
          "{min: price}",
          "{sum: price, where: {event_type: purchase}}",
          "{count: {event_type: product_view}}",
          "{any: {referrer: {starts-with: 'https://google.com/'}}}",
          "{distinct: page_url}",
          "{first: page_title, where: {event_type: product_view}}",
          "{last: utm_source}",
          "{set: app_id}",
          "{max: quantity}",
          "{sum: quantity, where: {event_type: remove_from_cart}}",
          "{count: {event_type: add_to_cart}}",
          "{any: {page_url: {starts-with: 'https://shop.example/product/7'}}}",
          "{distinct: page_title}",
          "{first: referrer}",
          "{last: device_type}",
          "{set: currency}",
          "{min: quantity}",
          "{sum: price, where: {event_type: add_to_cart}}",
          "{count: {event_type: video_play}}",
          "{any: {country: [DE, FR]}}",
          "{distinct: referrer}",
          "{first: country}");
  private static final List<String> GOALS =
      List.of(
          "{where: {event_type: purchase}, value: price, currency: currency, once-per: order_id}",
          "{where: {event_type: checkout}}",
          "{where: {event_type: purchase, app_id: [ios, android]}, value: price, currency: currency}",
          "{where: {event_type: identify}}",
          "{where: {event_type: add_to_cart}, value: price, currency: currency, once-per: product_id}",
          "{where: {event_type: search}}",
          "{where: {event_type: video_play}}",
          "{where: {event_type: remove_from_cart}, value: quantity}");

  private R1Definitions() {}

  /** Eight fields and two goals. */
  static Map<String, String> some() {
    return definitions(FIELDS.subList(0, 8), GOALS.subList(0, 2));
  }

  /** Thirty-two fields and eight goals. */
  static Map<String, String> many() {
    return definitions(FIELDS, GOALS);
  }

  private static Map<String, String> definitions(List<String> fields, List<String> goals) {
    return Map.of(
        "session.fields", numbered("field_", fields), "session.goals", numbered("goal_", goals));
  }

  private static String numbered(String name, List<String> definitions) {
    return IntStream.range(0, definitions.size())
        .mapToObj(number -> name + number + ": " + definitions.get(number))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
