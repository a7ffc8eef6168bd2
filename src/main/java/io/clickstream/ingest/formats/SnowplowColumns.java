package io.clickstream.ingest.formats;

import java.util.List;
import java.util.Map;

/** The columns of Snowplow's enriched events, and the parameters of its trackers beside them. */
final class SnowplowColumns {

  /** By position, as Enrich writes them and Snowplow's Analytics SDKs name them. */
  static final List<String> NAMES =
      List.of(
          """
          app_id platform etl_tstamp collector_tstamp dvce_created_tstamp event event_id txn_id
          name_tracker v_tracker v_collector v_etl user_id user_ipaddress user_fingerprint
          domain_userid domain_sessionidx network_userid geo_country geo_region geo_city
          geo_zipcode geo_latitude geo_longitude geo_region_name ip_isp ip_organization ip_domain
          ip_netspeed page_url page_title page_referrer page_urlscheme page_urlhost page_urlport
          page_urlpath page_urlquery page_urlfragment refr_urlscheme refr_urlhost refr_urlport
          refr_urlpath refr_urlquery refr_urlfragment refr_medium refr_source refr_term mkt_medium
          mkt_source mkt_term mkt_content mkt_campaign contexts se_category se_action se_label
          se_property se_value unstruct_event tr_orderid tr_affiliation tr_total tr_tax
          tr_shipping tr_city tr_state tr_country ti_orderid ti_sku ti_name ti_category ti_price
          ti_quantity pp_xoffset_min pp_xoffset_max pp_yoffset_min pp_yoffset_max useragent
          br_name br_family br_version br_type br_renderengine br_lang br_features_pdf
          br_features_flash br_features_java br_features_director br_features_quicktime
          br_features_realplayer br_features_windowsmedia br_features_gears
          br_features_silverlight br_cookies br_colordepth br_viewwidth br_viewheight os_name
          os_family os_manufacturer os_timezone dvce_type dvce_ismobile dvce_screenwidth
          dvce_screenheight doc_charset doc_width doc_height tr_currency tr_total_base tr_tax_base
          tr_shipping_base ti_currency ti_price_base base_currency geo_timezone mkt_clickid
          mkt_network etl_tags dvce_sent_tstamp refr_domain_userid refr_dvce_tstamp
          derived_contexts domain_sessionid derived_tstamp event_vendor event_name event_format
          event_version event_fingerprint true_tstamp
          """
              .strip()
              .split("\\s+"));

  /** The column of a tracker's parameter. */
  static final Map<String, String> OF_PARAMETERS =
      Map.ofEntries(
          Map.entry("aid", "app_id"),
          Map.entry("p", "platform"),
          Map.entry("dtm", "dvce_created_tstamp"),
          Map.entry("ttm", "true_tstamp"),
          Map.entry("eid", "event_id"),
          Map.entry("tna", "name_tracker"),
          Map.entry("tv", "v_tracker"),
          Map.entry("uid", "user_id"),
          Map.entry("duid", "domain_userid"),
          Map.entry("nuid", "network_userid"),
          Map.entry("tnuid", "network_userid"),
          Map.entry("sid", "domain_sessionid"),
          Map.entry("vid", "domain_sessionidx"),
          Map.entry("url", "page_url"),
          Map.entry("page", "page_title"),
          Map.entry("refr", "page_referrer"),
          Map.entry("ua", "useragent"),
          Map.entry("lang", "br_lang"),
          Map.entry("se_ca", "se_category"),
          Map.entry("se_ac", "se_action"),
          Map.entry("se_la", "se_label"),
          Map.entry("se_pr", "se_property"),
          Map.entry("se_va", "se_value"),
          Map.entry("tr_id", "tr_orderid"),
          Map.entry("tr_af", "tr_affiliation"),
          Map.entry("tr_tt", "tr_total"),
          Map.entry("tr_tx", "tr_tax"),
          Map.entry("tr_sh", "tr_shipping"),
          Map.entry("tr_ci", "tr_city"),
          Map.entry("tr_st", "tr_state"),
          Map.entry("tr_co", "tr_country"),
          Map.entry("tr_cu", "tr_currency"),
          Map.entry("ti_id", "ti_orderid"),
          Map.entry("ti_sk", "ti_sku"),
          Map.entry("ti_nm", "ti_name"),
          Map.entry("ti_ca", "ti_category"),
          Map.entry("ti_pr", "ti_price"),
          Map.entry("ti_qu", "ti_quantity"),
          Map.entry("ti_cu", "ti_currency"));

  /** Enrich's names for the kinds of events that trackers write in {@code e}. */
  static final Map<String, String> EVENTS =
      Map.of(
          "pv", "page_view",
          "pp", "page_ping",
          "tr", "transaction",
          "ti", "transaction_item",
          "se", "struct",
          "ue", "unstruct");

  private SnowplowColumns() {}
}
