// SPDX-License-Identifier: MIT
#include "parallax/exporter.hpp"

#include "parallax/exporters/dma_heap.hpp"
#include "parallax/exporters/node.hpp"
#include "parallax/exporters/udmabuf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <system_error>

namespace parallax {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

ExporterKind kind_for(std::string_view node) {
    return {.name = "test",
            .node = node,
            .summary = "",
            .remedy = "try this",
            .limits = "",
            .open = nullptr};
}

TEST(Exporter, TheProjectsOwnIsTheDefault) {
    EXPECT_EQ(exporter_kinds().front().name, "exporter");
    EXPECT_EQ(exporter_kinds().front().node, "/dev/exporter");
}

TEST(Exporter, NamesAreUnique) {
    std::set<std::string_view> names;
    for (const ExporterKind& kind : exporter_kinds()) {
        EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    }
}

TEST(Exporter, UnknownNameIsRefusedWithWhatIsUsable) {
    const auto opened = open_exporter("nonsense");
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error(), ElementsAre("no exporter is named 'nonsense'",
                                            HasSubstr("usable on this machine")));
}

TEST(Exporter, MissingNodeSaysWhatToDo) {
    const auto opened = open_node(kind_for("/dev/does-not-exist"));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), "/dev/does-not-exist does not exist; try this");
}

TEST(Exporter, MissingHeapByPathIsRefused) {
    const auto opened = open_exporter("/dev/dma_heap/does-not-exist");
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().front(), StartsWith("/dev/dma_heap/does-not-exist does not exist"));
}

TEST(Exporter, ForbiddenNodeNamesTheGroup) {
    // A folder cannot be opened for writing, whoever asks; a node of mode 0 opens for root.
    const auto folder = open_node(kind_for("/dev"));
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error(), "/dev cannot be opened: Is a directory");
    if (::geteuid() != 0) {
        const auto forbidden = open_node(kind_for("/etc/shadow"));
        ASSERT_FALSE(forbidden);
        EXPECT_THAT(forbidden.error(), HasSubstr("group"));
    }
}

TEST(Exporter, NodeThatIsNoHeapFailsAtAllocation) {
    const ExporterKind null = kind_for("/dev/null");
    const OpenedExporter opened = open_dma_heap(null);
    ASSERT_TRUE(opened);
    try {
        static_cast<void>((*opened)->allocate(4096));
        FAIL() << "/dev/null allocated";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code().value(), ENOTTY);
        EXPECT_THAT(error.what(), StartsWith("/dev/null refused to allocate 4096 bytes"));
    }
}

TEST(Exporter, RefusalNamesTheLimits) {
    ExporterKind null = kind_for("/dev/null");
    null.limits = "its limit is 3";
    for (const auto& open : {open_dma_heap, open_udmabuf}) {
        try {
            static_cast<void>((*open(null))->allocate(4096));
            FAIL() << "/dev/null allocated";
        } catch (const std::system_error& error) {
            EXPECT_THAT(error.what(),
                        StartsWith("/dev/null refused to allocate 4096 bytes (its limit is 3): "));
        }
    }
}

/// The errno that an allocation of @p size ends with.
int refusal(Exporter& exporter, std::uint64_t size) {
    try {
        static_cast<void>(exporter.allocate(size));
    } catch (const std::system_error& error) {
        return error.code().value();
    }
    return 0;
}

// /dev/null stands for an exporter: what it is asked, it refuses with ENOTTY. Other numbers come
// from the library, before anything was asked.
TEST(Exporter, RefusesImpossibleSizesWithoutAsking) {
    const ExporterKind null = kind_for("/dev/null");
    for (const auto& open : {open_dma_heap, open_udmabuf}) {
        const OpenedExporter opened = open(null);
        ASSERT_TRUE(opened);
        EXPECT_EQ(refusal(**opened, 0), EINVAL);
        EXPECT_EQ(refusal(**opened, std::uint64_t{1} << 50), ENOMEM);
        EXPECT_EQ(refusal(**opened, UINT64_MAX), ENOMEM);
        EXPECT_EQ(refusal(**opened, 4096), ENOTTY);
    }
}

} // namespace
} // namespace parallax
