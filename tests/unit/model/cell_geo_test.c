/* model/cell_geo.c: places in and out and as text. */
#include "fixture.h"

#define POINT "{\"geo_format\":\"lng_lat\"}"
#define COUNTRY "{\"geo_format\":\"country_region\"}"
#define MAP "{\"geo_format\":\"map_selection\"}"

static void places(void **state)
{
	static const struct cell_case cases[] = {
		{ "geolocation", POINT, "{\"lat\":59.91,\"lng\":10.75}", "{\"lat\":59.91,\"lng\":10.75}" },
		{ "geolocation", POINT, "{\"lng\":\"10.75\",\"lat\":\" 59.91 \",\"x\":1}",
		  "{\"lat\":59.91,\"lng\":10.75}" },
		{ "geolocation", POINT, "\"10.75, 59.91\"", "{\"lat\":59.91,\"lng\":10.75}" },
		{ "geolocation", POINT, "\"-10.5,-59\"", "{\"lat\":-59,\"lng\":-10.5}" },
		{ "geolocation", POINT, "\"N50°0′0″, E8°13′48″\"", "{\"lat\":50,\"lng\":8.23}" },
		{ "geolocation", POINT, "\"8°13'48\\\"E, 50°0'0\\\"S\"", "{\"lat\":-50,\"lng\":8.23}" },
		{ "geolocation", POINT, "\"8.5W, 50N\"", "{\"lat\":50,\"lng\":-8.5}" },
		{ "geolocation", POINT, "{\"lat\":91,\"lng\":0}", "null" },
		{ "geolocation", POINT, "{\"lat\":0,\"lng\":181}", "null" },
		{ "geolocation", POINT, "{\"lat\":59.91}", "null" },
		{ "geolocation", POINT, "\"59.91\"", "null" },
		{ "geolocation", POINT, "\"200, 10\"", "null" },
		{ "geolocation", POINT, "\"Oslo, Norway\"", "null" },
		{ "geolocation", POINT, "\"1 2 3 4, 5\"", "null" },
		{ "geolocation", POINT, "\",\"", "null" },
		{ "geolocation", COUNTRY, "{\"country_region\":\"Norway\"}", "{\"country_region\":\"Norway\"}" },
		{ "geolocation", COUNTRY, "\" Norway \"", "{\"country_region\":\"Norway\"}" },
		{ "geolocation", NULL, "{\"province\":\"P\",\"city\":\"C\",\"district\":\"\",\"detail\":\"D 1\"}",
		  "{\"province\":\"P\",\"city\":\"C\",\"district\":\"\",\"detail\":\"D 1\"}" },
		{ "geolocation", NULL, "\"广东省广州市天河区体育东路1号\"",
		  "{\"province\":\"广东省\",\"city\":\"广州市\",\"district\":\"天河区\",\"detail\":\"体育东路1号\"}" },
		{ "geolocation", NULL, "\"12 High Street\"", "{\"detail\":\"12 High Street\"}" },
		{ "geolocation", MAP, "{\"address\":\"12 High Street\",\"title\":\"Shop\",\"lng\":10,\"lat\":20}",
		  "{\"address\":\"12 High Street\",\"title\":\"Shop\",\"lat\":20,\"lng\":10}" },
		{ "geolocation", MAP, "\"12 High Street\"", "{\"address\":\"12 High Street\"}" },
		{ "geolocation", MAP, "\"10, 20\"", "{\"lat\":20,\"lng\":10}" },
		{ "geolocation", NULL, "{\"province\":\"\"}", "null" },
		{ "geolocation", NULL, "{\"province\":5}", "null" },
		{ "geolocation", NULL, "{}", "null" },
		{ "geolocation", NULL, "[10,20]", "null" },
		{ "geolocation", NULL, "10", "null" },
		{ "geolocation", NULL, "true", "null" },
	};

	(void)state;
	CHECK_CELLS(cases);
}

static void places_as_text(void **state)
{
	static const struct {
		const char *in, *shown;
	} cases[] = {
		{ "{\"lat\":50,\"lng\":8.23}", "N50°0′0″, E8°13′48″" },
		{ "{\"lat\":-33.5,\"lng\":-70.999999}", "S33°30′0″, W71°0′0″" },
		{ "{\"country_region\":\"Norway\"}", "Norway" },
		{ "{\"province\":\"P\",\"city\":\"C\",\"district\":\"D\"}", "PCD" },
		{ "{\"province\":\"P\",\"city\":\"C\",\"district\":\"D\",\"detail\":\"x\"}", "PCDx" },
		{ "{\"address\":\"A\",\"title\":\"T\",\"lat\":1,\"lng\":2}", "A T" },
		{ "{\"title\":\"T\"}", "T" },
	};
	const struct column *column = column_of("geolocation", NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cell cell = cell_of(column, cases[i].in);
		assert_string_equal(cell_display(column, &cell, arena).at, cases[i].shown);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(places), TEST(places_as_text) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
