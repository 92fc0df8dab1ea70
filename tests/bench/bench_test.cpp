// SPDX-License-Identifier: MIT
// Statistics, goals and reports of the benchmarks.
#include "counted_run.hpp"
#include "goals.hpp"
#include "peers.hpp"
#include "settings.hpp"
#include "suite.hpp"
#include "support/temporary_folder.hpp"

#include "files/write_file.hpp"

#include "parallax/text.hpp"

#include <gmock/gmock.h>

#include <array>
#include <fstream>
#include <regex>

namespace parallax::bench {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t goal_bytes = 64 * mebibyte;

Results with_allocations(std::initializer_list<double> exporter,
                         std::initializer_list<double> heap) {
    Results results;
    for (const double seconds : exporter) {
        results.add({"buffer", "exporter", goal_bytes, {}}, "allocate", seconds);
    }
    for (const double seconds : heap) {
        results.add({"buffer", "system", goal_bytes, {}}, "allocate", seconds);
    }
    return results;
}

TEST(BenchStatistics, MedianAndQuartiles) {
    constexpr std::array samples{9.0, 1.0, 5.0, 3.0, 7.0};
    const Summary summary = summarise(samples);
    EXPECT_DOUBLE_EQ(summary.lower, 3);
    EXPECT_DOUBLE_EQ(summary.median, 5);
    EXPECT_DOUBLE_EQ(summary.upper, 7);
}

TEST(BenchStatistics, AnEvenNumberOfSamplesIsInterpolated) {
    constexpr std::array samples{2.0, 1.0};
    EXPECT_DOUBLE_EQ(summarise(samples).median, 1.5);
}

TEST(BenchStatistics, OverlappingQuartilesAreADraw) {
    EXPECT_TRUE(
        ratio({.lower = 1, .median = 2, .upper = 3}, {.lower = 2.5, .median = 4, .upper = 5}).draw);
    EXPECT_FALSE(
        ratio({.lower = 4, .median = 5, .upper = 6}, {.lower = 1, .median = 2, .upper = 3}).draw);
    EXPECT_DOUBLE_EQ(
        ratio({.lower = 4, .median = 5, .upper = 6}, {.lower = 1, .median = 2, .upper = 3}).value,
        2.5);
}

TEST(BenchResults, StepsAreAddedAndTakenAwayInEachRepetition) {
    Results results;
    const Case one{"buffer", "exporter", 4096, {}};
    for (const double seconds : {1.0, 3.0, 2.0}) {
        results.add(one, "map", seconds);
        results.add(one, "first touch", 10 * seconds);
        results.add(one, "touch again", seconds / 2);
    }
    const Results::Row& row = *results.find("buffer", "exporter", 4096);
    EXPECT_DOUBLE_EQ(sum_of(row)->median, 23);
    EXPECT_DOUBLE_EQ(sum_of(row, {"map", "first touch", "-touch again"})->median, 21);
    EXPECT_FALSE(sum_of(row, {"close"}));
}

TEST(BenchStatistics, NoiseIsNoFactor) {
    EXPECT_EQ(ratio({-2, -1, 3}, {1, 2, 3}).text(), "draw");
    EXPECT_EQ(ratio({1, 2, 3}, {-1, 0, 3}).text(), "draw");
}

TEST(BenchResults, AreArrangedAsTheCasesAre) {
    const Case first{"buffer", "exporter", 4096, nullptr};
    const Case second{"buffer", "system", 4096, nullptr};
    Results results;
    results.add(second, "allocate", 1);
    results.add(first, "allocate", 2);
    results.arrange({first, second});
    EXPECT_EQ(results.rows().front().subject, "exporter");
    EXPECT_EQ(results.rows().back().subject, "system");
}

TEST(BenchGoals, AHundredthOfAFrameIsToCostAHundredth) {
    for (const auto& [cost, judgement] :
         {std::pair{2.0, Judgement::met}, std::pair{4.0, Judgement::missed}}) {
        Results results;
        results.add({"frame", "import-exporter", 1024, nullptr}, "write", 100);
        results.add({"frame-1%", "import-exporter", 1024, nullptr}, "write", cost);
        results.add({"frame-1%", "import-exporter", 1024, nullptr}, "submit", 50);
        const std::vector<Goal> goals = judge_goals(results);
        ASSERT_EQ(goals.size(), 1U);
        EXPECT_EQ(goals.front().judgement, judgement) << cost;
    }
}

TEST(BenchGoals, AreJudgedByTheMedianAndTheSpread) {
    const auto judged = [](const Results& results) {
        const std::vector<Goal> goals = judge_goals(results);
        return goals.size() == 1 ? goals.front().judgement : throw std::runtime_error("one goal");
    };
    EXPECT_EQ(judged(with_allocations({1, 1, 1}, {1, 1, 1})), Judgement::met);
    EXPECT_EQ(judged(with_allocations({2, 2, 2}, {1, 1, 1})), Judgement::missed);
    EXPECT_EQ(judged(with_allocations({1, 2, 3}, {1, 1.8, 3})), Judgement::within_noise);
}

TEST(BenchGoals, WithoutTheOtherSideThereIsNone) {
    EXPECT_TRUE(judge_goals(with_allocations({1}, {})).empty());
}

/// Times in order: this project's exporter, its pool, and the system heap.
Results of_all(std::uint64_t size, double exporter, double pool, double heap) {
    Results results;
    results.add({"buffer", "exporter", size, {}}, "allocate", exporter);
    results.add({"buffer", "exporter-pool", size, {}}, "allocate", pool);
    results.add({"buffer", "system", size, {}}, "allocate", heap);
    return results;
}

TEST(BenchPeers, CellsSayHowManyTimesAsMuchItCostsThere) {
    Results results = of_all(4096, 2, 4, 3);
    results.add({"buffer", "exporter", goal_bytes, {}}, "allocate", 1);
    results.add({"buffer", "system", goal_bytes, {}}, "allocate", 120);
    EXPECT_EQ(peers_table(results, false), "| step | compared with | 4K | 64M |\n"
                                           "|---|---|--:|--:|\n"
                                           "| allocate | system | 1.50 | 120 |\n"
                                           "| allocate, pool warm | system | 0.75 |  |\n");
}

TEST(BenchPeers, WhatCostsMoreHereIsMarkedUnlessItIsADraw) {
    EXPECT_THAT(peers_table(of_all(4096, 2, 1, 1), true), HasSubstr("| \x1b[31m0.50\x1b[0m |"));
    EXPECT_THAT(peers_table(of_all(4096, 1.004, 1, 1), true), HasSubstr("| system | 1.00 |"));
    Results noisy = of_all(4096, 1, 1, 1);
    for (const double seconds : {3.0, 3.1, 3.2}) {
        noisy.add({"buffer", "exporter", 4096, {}}, "allocate", seconds);
        noisy.add({"buffer", "system", 4096, {}}, "allocate", seconds - 0.1);
    }
    EXPECT_THAT(peers_table(noisy, true), HasSubstr("| system | draw 0.9"));
}

TEST(BenchPeers, AnAllocationMayCostATwentiethMoreThanZeroing) {
    Results results = of_all(goal_bytes, 1.04, 1, 1);
    results.add({"zeroing", "anonymous", goal_bytes, {}}, "first touch", 1);
    EXPECT_THAT(peers_table(results, true), HasSubstr("| allocate | anonymous | 0.96 |"));
}

TEST(BenchPeers, WithoutAnotherExporterThereIsNoTable) {
    EXPECT_EQ(peers_table(with_allocations({1}, {}), true), "");
}

TEST(BenchCases, AreNamedAndFiltered) {
    const Cases cases{{"buffer", "exporter", goal_bytes, {}}, {"frame", "staging", 2048, {}}};
    EXPECT_EQ(cases[0].name(), "buffer/exporter/64M");
    EXPECT_EQ(cases[1].name(), "frame/staging/2048");
    EXPECT_EQ(filtered(cases, "").size(), 2U);
    EXPECT_EQ(filtered(cases, "/exporter/").size(), 1U);
    EXPECT_TRUE(filtered(cases, "nothing").empty());
    EXPECT_THROW(static_cast<void>(filtered(cases, "(")), std::regex_error);
}

TEST(BenchCounts, OnlyMoreThanATenthIsGrowth) {
    const Counts before{{"buffer/exporter/4K", {{"map", 1000}, {"close", 1000}}}};
    EXPECT_TRUE(
        find_growth(before, {{"buffer/exporter/4K", {{"map", 1100}, {"close", 10}}}}).empty());
    const auto grown = find_growth(before, {{"buffer/exporter/4K", {{"map", 1101}}}});
    ASSERT_EQ(grown.size(), 1U);
    EXPECT_EQ(grown[0].what, "buffer/exporter/4K map");
    EXPECT_EQ(grown[0].before, 1000U);
}

TEST(BenchCounts, WhatIsNotKnownYetIsGrowth) {
    EXPECT_EQ(find_growth({}, {{"buffer/exporter/4K", {{"map", 1}}}}).size(), 1U);
}

TEST(BenchCounts, AreKeptForEachKernel) {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "counts.json";
    const Counts old_kernel{{"a", {{"map", 1}}}};
    const Counts new_kernel{{"a", {{"map", UINT64_MAX}}}};
    Baseline baseline;
    baseline.set("6.12", old_kernel);
    baseline.set("7.3", new_kernel);
    write_file(file, baseline.text());
    const Baseline loaded = Baseline::load(file);
    EXPECT_EQ(*loaded.find("6.12"), old_kernel);
    EXPECT_EQ(*loaded.find("7.3"), new_kernel);
    EXPECT_EQ(loaded.find("8.0"), nullptr);
}

TEST(BenchCounts, OfARunOfSomeCasesReplaceNoOthers) {
    Baseline baseline;
    baseline.set("7.3", {{"a", {{"map", 1}, {"close", 1}}}, {"b", {{"map", 2}}}});
    baseline.update("7.3", {{"a", {{"map", 3}}}});
    baseline.update("7.3", {}); // of others' exporters alone
    EXPECT_EQ(*baseline.find("7.3"), (Counts{{"a", {{"map", 3}}}, {"b", {{"map", 2}}}}));
}

std::string refusal_of(std::string_view json) {
    try {
        static_cast<void>(Baseline::parse(json, "counts.json"));
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "accepted";
}

TEST(BenchCounts, FilesThatAreNoneAreRefused) {
    EXPECT_THAT(refusal_of(""), HasSubstr("counts.json is no JSON: "));
    EXPECT_THAT(refusal_of("{\"7.3\": {"), HasSubstr("counts.json is no JSON: "));
    EXPECT_THAT(refusal_of("[]"), HasSubstr("counts.json has no counted costs: the whole is not "
                                            "an object but array"));
    EXPECT_THAT(refusal_of(R"({"7.3": 3})"), HasSubstr("7.3 is not an object but number"));
    EXPECT_THAT(refusal_of(R"({"7.3": {"a": null}})"),
                HasSubstr("7.3: a is not an object but null"));
    for (const char* number : {"-1", "1.5", "1e300", "\"1\"", "18446744073709551616"}) {
        EXPECT_THAT(refusal_of(text::format(R"({{"7.3": {{"a": {{"map": {}}}}}}})", number)),
                    HasSubstr("7.3: a map is not a number of instructions"))
            << number;
    }
}

TEST(BenchSetting, IsPutBackAtTheEnd) {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "setting";
    std::ofstream(file) << 3;
    {
        SystemSetting setting(file);
        setting.set(8);
        EXPECT_EQ(setting.value(), 8U);
        EXPECT_TRUE(setting.try_raise(5)); // is more already
        EXPECT_EQ(setting.value(), 8U);
    }
    EXPECT_EQ(SystemSetting(file).value(), 3U);
}

TEST(BenchSetting, ThatWasPutBackIsNotSetAgain) {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "setting";
    std::ofstream(file) << 3;
    SystemSetting setting(file);
    setting.set(8);
    setting.put_back();
    EXPECT_EQ(setting.value(), 3U);
    setting.set(8); // by a thread that knows nothing of it yet
    EXPECT_EQ(setting.value(), 3U);
}

TEST(BenchSetting, OneThatIsNotThereCannotBeRaised) {
    SystemSetting setting("/nowhere/setting");
    EXPECT_FALSE(setting.value());
    EXPECT_FALSE(setting.try_raise(1));
    EXPECT_THROW(setting.set(1), std::system_error);
}

} // namespace
} // namespace parallax::bench
