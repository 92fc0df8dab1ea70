// SPDX-License-Identifier: MIT
// Snapshots of a /proc and a debugfs that the test has made.
#include "support/temporary_folder.hpp"
#include "who/listing.hpp"
#include "who/snapshot.hpp"

#include "parallax/text.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <system_error>

namespace parallax::demo::who {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class WhoSnapshot : public testing::Test {
protected:
    WhoSnapshot() { add_process(1, "init"); }

    [[nodiscard]] std::filesystem::path process(int pid) const {
        return places_.proc / std::to_string(pid);
    }

    static void write(const std::filesystem::path& file, const std::string& text) {
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }

    void add_process(int pid, const std::string& name, const std::string& state = "S") const {
        write(process(pid) / "status",
              text::format("Name:\t{}\nState:\t{}\nUid:\t4711\t4711\t4711\t4711\n{}", name, state,
                           state == "Z" ? "" : "VmSize:\t1 kB\n"));
        write(process(pid) / "maps", "");
        std::filesystem::create_directories(process(pid) / "fd");
    }

    static void add_fd(const std::filesystem::path& task, int fd, int inode, int size,
                       int references = 1) {
        std::filesystem::create_directories(task / "fd");
        std::filesystem::create_symlink("/dmabuf:name", task / "fd" / std::to_string(fd));
        write(task / "fdinfo" / std::to_string(fd),
              text::format("ino:\t{}\nsize:\t{}\ncount:\t{}\nexp_name:\tsystem\nname:\tname\n",
                           inode, size, references));
    }

    void add_mapping(int pid, int inode, int pages, const char* device = "00:0d") const {
        std::ofstream(process(pid) / "maps", std::ios::app)
            << text::format("10000-{:x} rw-s 00001000 {} {}   /dmabuf:mapped\n",
                            0x10000 + pages * 4096, device, inode);
    }

    void add_bufinfo(int inode, int size, int references) const {
        std::ofstream(places_.bufinfo, std::ios::app)
            << text::format("{:08}\t00000002\t00080007\t{:08}\tsystem\t{:08}\tname\n"
                            "\tAttached Devices:\n\tvgem\nTotal 1 devices attached\n\n",
                            size, references, inode);
    }

    [[nodiscard]] Snapshot take() const { return take_snapshot(places_).value(); }

    test::TemporaryFolder folder_;
    Places places_{.proc = folder_.path() / "proc",
                   .bufinfo = folder_.path() / "bufinfo",
                   .buffers = folder_.path() / "buffers"};
};

TEST_F(WhoSnapshot, HoldersAreCountedByFdsAndMappings) {
    add_process(7, "weston");
    add_fd(process(7), 3, 42, 8192, 5);
    add_fd(process(7), 4, 42, 8192, 5);
    add_mapping(7, 42, 1);
    add_process(8, "viewer");
    add_mapping(8, 42, 1);
    const Snapshot snapshot = take();
    ASSERT_THAT(snapshot.buffers, SizeIs(1));
    const Buffer& buffer = snapshot.buffers[0];
    EXPECT_EQ(buffer.size, 8192);
    EXPECT_EQ(buffer.exporter, "system");
    EXPECT_EQ(buffer.name, "name");
    ASSERT_THAT(buffer.holders, SizeIs(2));
    EXPECT_EQ(buffer.holders[0].process, "weston");
    EXPECT_EQ(buffer.holders[0].user, "4711"); // a number without a name
    EXPECT_EQ(buffer.holders[0].fds, 2);
    EXPECT_EQ(buffer.holders[0].mappings, 1);
    EXPECT_EQ(buffer.holders[1].fds, 0);
    EXPECT_EQ(buffer.holders[1].mappings, 1);
    EXPECT_EQ(buffer.other_references(), 1);
}

TEST_F(WhoSnapshot, LargestIsFirstAndTotalsAreTheirSums) {
    add_process(7, "weston");
    add_fd(process(7), 3, 41, 4096);
    add_fd(process(7), 4, 42, 8192);
    add_process(8, "viewer");
    add_fd(process(8), 3, 42, 8192);
    add_bufinfo(43, 1 << 20, 1);
    const Snapshot snapshot = take();
    ASSERT_THAT(snapshot.buffers, SizeIs(3));
    EXPECT_EQ(snapshot.buffers[0].inode, 43);
    EXPECT_EQ(snapshot.buffers[2].inode, 41);
    const Totals totals = totals_of(snapshot);
    EXPECT_EQ(totals.sum.buffers, 3);
    EXPECT_EQ(totals.sum.size, (1 << 20) + 8192 + 4096);
    ASSERT_THAT(totals.exporters, SizeIs(1));
    EXPECT_EQ(totals.exporters[0].sum.size, totals.sum.size);
    ASSERT_THAT(totals.processes, SizeIs(2));
    EXPECT_EQ(totals.processes[0].process.process, "weston");
    EXPECT_EQ(totals.processes[0].sum.buffers, 2);
    EXPECT_EQ(totals.processes[0].sum.size, 12288);
    EXPECT_EQ(totals.processes[0].alone, 4096);
    EXPECT_EQ(totals.processes[1].alone, 0);
}

TEST_F(WhoSnapshot, BufferOfTheKernelAloneHasNoHolder) {
    add_bufinfo(42, 4096, 2);
    const Snapshot snapshot = take();
    ASSERT_THAT(snapshot.buffers, SizeIs(1));
    EXPECT_THAT(snapshot.buffers[0].holders, IsEmpty());
    EXPECT_EQ(snapshot.buffers[0].other_references(), 2);
    EXPECT_THAT(snapshot.buffers[0].devices, ElementsAre("vgem"));
    EXPECT_THAT(snapshot.missing, IsEmpty());
    EXPECT_THAT(text_of(snapshot, 80), HasSubstr("held by   2 references of the kernel"));
}

TEST_F(WhoSnapshot, MappingTellsTheLeastSizeWhereNothingElseDoes) {
    add_process(7, "weston");
    add_mapping(7, 42, 3);
    const Snapshot snapshot = take();
    ASSERT_THAT(snapshot.buffers, SizeIs(1));
    EXPECT_TRUE(snapshot.buffers[0].size_is_least);
    EXPECT_EQ(snapshot.buffers[0].size, 4 * 4096); // it begins at the second page
    EXPECT_EQ(snapshot.buffers[0].name, "mapped");
    const std::string text = text_of(snapshot, 80);
    EXPECT_THAT(text, HasSubstr(">= 16 KiB  unknown"));
    EXPECT_THAT(text, HasSubstr("not seen: "));
    EXPECT_TRUE(json_of(snapshot)["buffers"][0]["devices"].is_null());
}

TEST_F(WhoSnapshot, FileOfADiskThatIsCalledAsDmaBufsAreIsNone) {
    add_process(7, "weston");
    add_mapping(7, 42, 3, "fe:01");
    EXPECT_THAT(take().buffers, IsEmpty());
}

TEST_F(WhoSnapshot, KernelsListOfSysfsGivesSizeAndExporter) {
    write(places_.buffers / "42" / "size", "8192\n");
    write(places_.buffers / "42" / "exporter_name", "system\n");
    write(places_.buffers / "43" / "size", "8192\n"); // gone meanwhile
    const Snapshot snapshot = take();
    ASSERT_THAT(snapshot.buffers, SizeIs(1));
    EXPECT_EQ(snapshot.buffers[0].size, 8192);
    EXPECT_EQ(snapshot.buffers[0].exporter, "system");
}

TEST_F(WhoSnapshot, ProcessesThatEndMeanwhileArePassedOver) {
    std::filesystem::create_directories(process(6)); // before its status was read
    add_process(7, "gone");
    std::filesystem::remove_all(process(7) / "fd"); // after that
    std::filesystem::remove_all(process(7) / "maps");
    add_process(8, "weston");
    add_fd(process(8), 3, 42, 4096);
    std::filesystem::remove(process(8) / "fdinfo" / "3"); // and closed
    add_process(9, "ended", "Z");
    std::filesystem::create_directories(process(9) / "task" / "9");
    std::ofstream(places_.bufinfo).flush();
    const Snapshot snapshot = take();
    EXPECT_THAT(snapshot.buffers, IsEmpty());
    EXPECT_THAT(snapshot.missing, IsEmpty());
    EXPECT_THAT(text_of(snapshot, 80), "0 dma-bufs, 0 KiB\n");
}

TEST_F(WhoSnapshot, ThreadsHoldWhatTheirFirstThreadLeft) {
    add_process(7, "left", "Z");
    std::filesystem::create_directories(process(7) / "task" / "7");
    write(process(7) / "task" / "8" / "status", "Name:\tworker\nVmSize:\t1 kB\n");
    write(process(7) / "task" / "8" / "maps", "");
    add_fd(process(7) / "task" / "8", 3, 42, 4096);
    const Snapshot snapshot = take();
    ASSERT_THAT(snapshot.buffers, SizeIs(1));
    ASSERT_THAT(snapshot.buffers[0].holders, SizeIs(1));
    EXPECT_EQ(snapshot.buffers[0].holders[0].pid, 7);
}

TEST_F(WhoSnapshot, HiddenProcessesAreMissing) {
    std::filesystem::remove_all(process(1));
    EXPECT_THAT(take().missing, testing::Contains(HasSubstr("hidepid")));
}

TEST_F(WhoSnapshot, WithoutProcReasonsAreGiven) {
    std::filesystem::remove_all(places_.proc);
    EXPECT_FALSE(take_snapshot(places_));
}

TEST_F(WhoSnapshot, FdsOfThisProcessThatAreUsedUpAreNoMissingProcess) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit few{.rlim_cur = 0, .rlim_max = before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    EXPECT_THROW(static_cast<void>(take_snapshot(places_)), std::system_error);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(WhoListing, SizesAreInTheUnitsOfPeople) {
    EXPECT_EQ(size_text(0), "0 KiB");
    EXPECT_EQ(size_text(1), "1 KiB");
    EXPECT_EQ(size_text(4096), "4 KiB");
    EXPECT_EQ(size_text((1 << 20) - 4096), "1020 KiB");
    EXPECT_EQ(size_text(3 << 19), "1.5 MiB");
}

TEST(WhoListing, TellsWhatHasChangedSinceTheStart) {
    const Snapshot snapshot{
        .buffers = {{.inode = 1, .size = 8192}}, .has_bufinfo = true, .missing = {}};
    const Sum less{.buffers = 0, .size = 0};
    const Sum more{.buffers = 3, .size = 3 << 20};
    EXPECT_THAT(text_of(snapshot, 80, &less),
                HasSubstr("1 dma-buf, 8 KiB (since the start: +1, +8 KiB)"));
    EXPECT_THAT(text_of(snapshot, 80, &more), HasSubstr("(since the start: -2, -3.0 MiB)"));
    EXPECT_THAT(text_of(snapshot, 80), Not(HasSubstr("since")));
}

TEST(WhoListing, OnATerminalIsCutAtItsLastLine) {
    EXPECT_EQ(screen_of("a\nb\n", 3), "\x1b[Ha\x1b[K\nb\x1b[K\n\x1b[J");
    EXPECT_EQ(screen_of("a\nb\nc\n", 3), "\x1b[Ha\x1b[K\nb\x1b[K\n\x1b[J...");
    EXPECT_EQ(screen_of("", 3), "\x1b[H\x1b[J");
}

TEST(WhoListing, KeepsToTheWidthOfATerminal) {
    const Buffer buffer{
        .inode = 4294967,
        .size = std::uint64_t{1} << 34,
        .exporter = "dmabuf_exporter",
        .name = std::string(31, 'n'),
        .references = 9,
        .holders = {{.pid = 4194304,
                     .process = std::string(15, 'p'),
                     .user = std::string(32, 'u'),
                     .fds = 1000,
                     .mappings = 1000}},
        .fences = {{.usage = "write", .text = "i915 a timeline seq 9 unsignalled"}}};
    const Snapshot snapshot{
        .buffers = {buffer}, .has_bufinfo = true, .missing = {std::string(30, 'w') + " why"}};
    for (const std::size_t width : {80U, 100U}) {
        const std::string text = text_of(snapshot, width);
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = text.find('\n', at);
            EXPECT_LE(end - at, width) << text.substr(at, end - at);
            at = end + 1;
        }
    }
}

} // namespace
} // namespace parallax::demo::who
