// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/exporter.hpp"

#include "files/write_file.hpp"
#include "parallax/dmabuf/exporter_kinds.hpp"
#include "parallax/dmabuf/exporters/dma_heap.hpp"
#include "parallax/dmabuf/exporters/node.hpp"
#include "parallax/dmabuf/exporters/udmabuf.hpp"
#include "parallax/dmabuf/memory_cgroup.hpp"
#include "parallax/dmabuf/page_size.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <system_error>

namespace parallax {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

ExporterKind kind_for(std::string_view node) {
    return {.name = "test",
            .node = node,
            .summary = "",
            .remedy = "try this",
            .limits = "",
            .rule = "",
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

TEST(Exporter, WhatIsNoNodeIsNamed) {
    // A folder cannot be opened for writing, whoever asks; a node of mode 0 opens for root.
    const auto folder = open_node(kind_for("/dev"));
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error(), "/dev cannot be opened: Is a directory");
}

TEST(ForbiddenNode, OfAGroupSaysHowToJoinIt) {
    const std::string sentence =
        not_permitted("/dev/video0", {.group = "video", .group_may = true}, false, "");
    EXPECT_EQ(sentence, "/dev/video0 may not be opened by this user; the group video may open it: "
                        "sudo usermod -aG video $USER, and log in again");
}

TEST(ForbiddenNode, OfRootAloneNamesTheRuleFirst) {
    const ExporterKind& ours = exporter_kinds().front();
    EXPECT_THAT(
        not_permitted(std::string(ours.node), {.group = "root"}, false, std::string(ours.rule)),
        AllOf(StartsWith("/dev/exporter may not be opened by this user, only by root; the "
                         "module's udev rule opens it to the group video"),
              HasSubstr("install the package parallax-dkms, or sudo make -C kmod install"),
              HasSubstr("then sudo usermod -aG video $USER")));
    EXPECT_THAT(
        not_permitted("/dev/udmabuf", {.group = "root"}, false, ""),
        HasSubstr("KERNEL==\"udmabuf\", GROUP=\"video\", MODE=\"0660\" in /etc/udev/rules.d"));
}

TEST(ForbiddenNode, OfAGroupThatMayIsJoinedThoughThereIsARule) {
    EXPECT_THAT(not_permitted("/dev/exporter", {.group = "video", .group_may = true}, false, "x"),
                HasSubstr("the group video may open it"));
}

TEST(ForbiddenNode, IsNotTriedAsRootAgainByRoot) {
    EXPECT_EQ(not_permitted("/dev/udmabuf", {.group = "kvm", .group_may = true}, true, ""),
              "/dev/udmabuf may not be opened, not even by root: the rules for devices of a "
              "container, or a security module, forbid it");
}

TEST(HugePages, OfTwoMebibytesAreReservedByTheirSize) {
    const test::TemporaryFolder sizes;
    std::filesystem::create_directory(sizes.path() / "hugepages-32768kB"); // the default elsewhere
    EXPECT_EQ(no_huge_page(sizes.path()), "this kernel has no pages of 2 MiB, only of 32768kB");
    const std::filesystem::path folder = sizes.path() / "hugepages-2048kB";
    std::filesystem::create_directory(folder);
    write_file(folder / "nr_hugepages", std::string("0\n"));
    EXPECT_EQ(no_huge_page(sizes.path()), "no free 2 MiB pages; reserve some: echo 64 | sudo tee " +
                                              (folder / "nr_hugepages").string());
    EXPECT_EQ(no_huge_page("/nowhere"),
              "this kernel has no pages of 2 MiB, nor large ones of another size");
}

/// A made-up hierarchy of cgroups.
class MemoryCgroup : public testing::Test {
protected:
    void group(const std::string& path, const std::string& limit, const std::string& used) {
        const std::filesystem::path folder = folder_.path() / "fs" / path;
        std::filesystem::create_directories(folder);
        write_file(folder / "memory.max", limit + "\n");
        write_file(folder / "memory.current", used + "\n");
    }
    std::optional<FullCgroup> full(std::uint64_t size, const std::string& path) {
        const std::filesystem::path membership = folder_.path() / "cgroup";
        write_file(membership, "4:memory:/old\n0::" + path + "\n");
        return find_full_cgroup(size, membership, folder_.path() / "fs");
    }

private:
    test::TemporaryFolder folder_;
};

TEST_F(MemoryCgroup, ThatHasNoRoomIsFoundAndOthersAreNot) {
    group("a.slice/b.scope", "1000", "400");
    group("a.slice", "max", "5000");
    EXPECT_FALSE(full(600, "/a.slice/b.scope"));
    const auto found = full(601, "/a.slice/b.scope");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->path, "/a.slice/b.scope");
    EXPECT_EQ(found->limit, 1000U);
    EXPECT_EQ(found->used, 400U);
}

TEST_F(MemoryCgroup, MayBeOneAroundThatOfTheProcess) {
    group("a.slice/b.scope", "max", "400");
    group("a.slice", "1000", "990");
    const auto found = full(11, "/a.slice/b.scope");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->path, "/a.slice");
}

TEST_F(MemoryCgroup, OfAContainerIsTheHierarchysRoot) {
    group("", "1000", "1000");
    ASSERT_TRUE(full(1, "/"));
    EXPECT_EQ(full(1, "/")->path, "/");
}

TEST_F(MemoryCgroup, HasAnyNameAndIsNamedPrintably) {
    group("a\x1b[2J\xff", "1000", "1000");
    ASSERT_TRUE(full(1, "/a\x1b[2J\xff"));
    EXPECT_EQ(full(1, "/a\x1b[2J\xff")->path, "/a?[2J?");
}

TEST_F(MemoryCgroup, ThatIsNotThereIsNoReason) {
    EXPECT_FALSE(full(1, "/nothing/here"));
    EXPECT_FALSE(find_full_cgroup(1, "/nowhere", "/nowhere"));
}

TEST(Exporter, NodeThatIsNoHeapSaysSo) {
    const auto opened = open_exporter("/dev/null");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().front(),
              "/dev/null is not a dma-heap; ls /dev/dma_heap shows the heaps of this machine");
}

TEST(Exporter, RefusalNamesTheLimits) {
    ExporterKind null = kind_for("/dev/null");
    null.limits = "its limit is 3";
    try {
        static_cast<void>((*open_udmabuf(null))->allocate(1));
        FAIL() << "/dev/null allocated";
    } catch (const std::system_error& error) {
        EXPECT_THAT(error.what(),
                    StartsWith(text::format(
                        "/dev/null refused to allocate {} bytes (its limit is 3): ", page_size())));
    }
}

/// The errno of an allocation of @p size.
int refusal(Exporter& exporter, std::uint64_t size) {
    try {
        static_cast<void>(exporter.allocate(size));
    } catch (const std::system_error& error) {
        return error.code().value();
    }
    return 0;
}

// /dev/null stands for an exporter: it refuses ioctls with ENOTTY. Other errors come from the
// library before the ioctl.
TEST(Exporter, RefusesImpossibleSizesWithoutAsking) {
    const ExporterKind null = kind_for("/dev/null");
    const OpenedExporter opened = open_udmabuf(null);
    ASSERT_TRUE(opened);
    EXPECT_EQ(refusal(**opened, 0), EINVAL);
    EXPECT_EQ(refusal(**opened, std::uint64_t{1} << 50), ENOMEM);
    EXPECT_EQ(refusal(**opened, UINT64_MAX), ENOMEM);
    EXPECT_EQ(refusal(**opened, 4096), ENOTTY);
}

} // namespace
} // namespace parallax
