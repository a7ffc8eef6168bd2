package io.clickstream.tools.inspect;

import java.util.List;
import java.util.Map;

/**
 * How others call our fields and event types, in lower case and without what stands between words;
 * those that say most come first.
 */
final class FieldNames {

  private static final Map<String, List<String>> FIELDS =
      Map.ofEntries(
          Map.entry(
              "event_type",
              List.of(
                  "eventtype",
                  "eventname",
                  "event",
                  "type",
                  "action",
                  "activity",
                  "eventaction",
                  "name")),
          Map.entry(
              "event_id",
              List.of("eventid", "messageid", "eventuuid", "insertid", "uuid", "eid", "id")),
          Map.entry(
              "timestamp",
              List.of(
                  "timestamp",
                  "eventtimestamp",
                  "eventtime",
                  "ts",
                  "time",
                  "occurredat",
                  "clienttimestamp",
                  "originaltimestamp",
                  "datetime",
                  "createdat",
                  "created",
                  "date",
                  "viewtime")),
          Map.entry(
              "user_id",
              List.of("userid", "customerid", "accountid", "memberid", "uid", "login", "user")),
          Map.entry(
              "anonymous_id",
              List.of(
                  "anonymousid",
                  "deviceid",
                  "visitorid",
                  "clientid",
                  "cookieid",
                  "browserid",
                  "distinctid",
                  "userpseudoid",
                  "domainuserid",
                  "anonid",
                  "visitortoken",
                  "cid",
                  "visitor",
                  "device",
                  "sessionid",
                  "session")),
          Map.entry("app_id", List.of("appid", "siteid", "idsite", "appname", "app", "site")),
          Map.entry(
              "page_url",
              List.of(
                  "pageurl",
                  "url",
                  "currenturl",
                  "pagelocation",
                  "location",
                  "href",
                  "uri",
                  "pagepath",
                  "path")),
          Map.entry(
              "referrer",
              List.of(
                  "referrer",
                  "referer",
                  "pagereferrer",
                  "documentreferrer",
                  "referrerurl",
                  "urlref",
                  "refr",
                  "ref")),
          Map.entry("utm_source", List.of("utmsource", "campaignsource", "mktsource")),
          Map.entry("utm_medium", List.of("utmmedium", "campaignmedium", "mktmedium")),
          Map.entry(
              "utm_campaign", List.of("utmcampaign", "campaignname", "mktcampaign", "campaign")),
          Map.entry(
              "product_id",
              List.of(
                  "productid",
                  "itemid",
                  "sku",
                  "articleid",
                  "aid",
                  "productsku",
                  "product",
                  "item")),
          Map.entry("quantity", List.of("quantity", "qty", "itemquantity")),
          Map.entry("price", List.of("price", "unitprice", "itemprice", "amount")),
          Map.entry("revenue", List.of("revenue", "total", "ordertotal", "value")),
          Map.entry("currency", List.of("currency", "currencycode")),
          Map.entry("order_id", List.of("orderid", "transactionid", "ordernumber", "order")),
          Map.entry("user_agent", List.of("useragent", "ua", "agent", "httpuseragent")),
          Map.entry(
              "device_type", List.of("devicetype", "devicecategory", "devicekind", "platform")),
          Map.entry("country", List.of("country", "countrycode", "geocountry")));

  private static final Map<String, List<String>> TYPES =
      Map.of(
          "page_view",
          List.of("pageview", "page", "pageviewed", "viewpage", "screen", "screenview", "pv"),
          "product_view",
          List.of(
              "productview",
              "productviewed",
              "viewproduct",
              "viewitem",
              "itemview",
              "viewcontent",
              "productdetail",
              "productdetailview"),
          "search",
          List.of("search", "productssearched", "searched", "sitesearch", "viewsearchresults"),
          "add_to_cart",
          List.of("addtocart", "productadded", "cartadd", "addcart", "addtobasket", "itemadded"),
          "remove_from_cart",
          List.of("removefromcart", "productremoved", "cartremove", "removefrombasket"),
          "checkout",
          List.of("checkout", "checkoutstarted", "begincheckout", "initiatecheckout"),
          "purchase",
          List.of(
              "purchase",
              "ordercompleted",
              "orderplaced",
              "transaction",
              "completedorder",
              "checkoutcompleted",
              "order",
              "buy"),
          "identify",
          List.of("identify", "login", "signin", "loggedin", "signedin"));

  private FieldNames() {}

  /** The names of a field of ours; none if we would not guess it. */
  static List<String> of(String field) {
    return FIELDS.getOrDefault(field, List.of());
  }

  /** The names of a type of ours. */
  static List<String> ofType(String type) {
    return TYPES.getOrDefault(type, List.of());
  }
}
