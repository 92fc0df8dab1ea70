// SPDX-License-Identifier: MIT
// `parallax bench` restores the machine's settings however it ends.
#include "settings.hpp"

#include "support/program.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

namespace parallax::bench {
namespace {

using test::Program;

class BenchRun : public testing::Test {
protected:
    /// The settings that a bench changes.
    struct State {
        std::optional<std::uint64_t> pool;
        std::optional<std::uint64_t> udmabuf;
        std::optional<std::uint64_t> huge_pages;
        bool operator==(const State&) const = default;
    };
    static State state() {
        return {.pool = value(pool_file),
                .udmabuf = value("/sys/module/udmabuf/parameters/size_limit_mb"),
                .huge_pages = value(pages_file)};
    }

    /// Huge pages that the kernel has ever made.
    static std::uint64_t huge_pages_made() {
        std::ifstream figures("/proc/vmstat");
        std::string name;
        std::uint64_t value = 0;
        while (figures >> name >> value && name != "htlb_buddy_alloc_success") {
        }
        return value;
    }

    [[nodiscard]] Program bench(std::vector<std::string> more) const {
        std::vector<std::string> arguments{"bench", "--quick", "--out", folder_.path().string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return Program(std::move(arguments));
    }

    static constexpr auto pool_file = "/sys/module/dmabuf_exporter/parameters/pool_mib";
    static constexpr auto pages_file = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";

private:
    /// Not by a SystemSetting: at its end it restores what the bench may have changed meanwhile.
    static std::optional<std::uint64_t> value(const char* file) {
        std::uint64_t value = 0;
        if (std::ifstream stream(file); stream >> value) {
            return value;
        }
        return std::nullopt;
    }

    test::TemporaryFolder folder_;
};

TEST_F(BenchRun, ThatListsChangesNothing) {
    const State before = state();
    const std::uint64_t made = huge_pages_made();
    Program program = bench({"--list"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_TRUE(program.printed().contains("buffer/udmabuf-huge/64M")) << program.printed();
    EXPECT_EQ(huge_pages_made(), made);
    EXPECT_EQ(state(), before);
}

TEST_F(BenchRun, ThatWantsADriverLoadsNone) {
    ASSERT_EQ(std::system("modprobe -r vgem"), 0);
    Program program = bench({"--filter", "^device/exporter/"});
    EXPECT_EQ(program.wait(), 3) << program.printed();
    EXPECT_TRUE(program.printed().contains("sudo modprobe vgem")) << program.printed();
    EXPECT_FALSE(std::filesystem::exists("/sys/module/vgem"));
}

class BenchRunEndedBy : public BenchRun, public testing::WithParamInterface<int> {};

TEST_P(BenchRunEndedBy, PutsAllBack) {
    SystemSetting pool(pool_file);
    pool.set(2); // so that it is changed, too
    SystemSetting pages(pages_file);
    pages.set(1); // other tests leave more than a bench asks for
    const State before = state();
    Program program = bench({"--filter", "^buffer/exporter/64M"});
    ASSERT_TRUE(program.prints("to repeat"));
    bool all_changed = false;
    for (int i = 0; i < 6000 && !all_changed; ++i) {
        ::usleep(10'000);
        const State now = state();
        all_changed = now.pool != before.pool && now.huge_pages != before.huge_pages;
    }
    ASSERT_TRUE(all_changed);
    program.send(GetParam());
    EXPECT_EQ(program.wait(), -GetParam()) << program.printed();
    // Only after SIGKILL another process restores them, a moment later and without output.
    for (int i = 0; GetParam() == SIGKILL && i < 1000 && state() != before; ++i) {
        ::usleep(10'000);
    }
    const State after = state();
    EXPECT_EQ(after.pool, before.pool);
    EXPECT_EQ(after.udmabuf, before.udmabuf);
    EXPECT_EQ(after.huge_pages, before.huge_pages);
}

INSTANTIATE_TEST_SUITE_P(, BenchRunEndedBy, testing::Values(SIGINT, SIGTERM, SIGHUP, SIGKILL),
                         [](const auto& signal) {
                             return std::string(::sigabbrev_np(signal.param));
                         });

} // namespace
} // namespace parallax::bench
