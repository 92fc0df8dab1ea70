// SPDX-License-Identifier: MIT
#include "who/kernel_text.hpp"

#include <gmock/gmock.h>
#include <sys/sysmacros.h>

namespace parallax::demo::who {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* fdinfo = "pos:\t0\nflags:\t02000002\nmnt_id:\t15\nino:\t42\n"
                               "size:\t8388608\ncount:\t3\nexp_name:\tsystem\n";

TEST(WhoFdInfo, OfADmaBufHasWhatTheKernelSays) {
    const auto info = parse_fdinfo(std::string(fdinfo) + "name:\tframe 1\n");
    ASSERT_TRUE(info);
    EXPECT_EQ(info->inode, 42);
    EXPECT_EQ(info->size, 8388608);
    EXPECT_EQ(info->references, 3);
    EXPECT_EQ(info->exporter, "system");
    EXPECT_EQ(info->name, "frame 1");
    EXPECT_EQ(parse_fdinfo(fdinfo)->name, "");
    EXPECT_EQ(parse_fdinfo(std::string(fdinfo) + "name:")->name, ""); // cut off
}

TEST(WhoFdInfo, OfOtherFilesIsNothing) {
    EXPECT_FALSE(parse_fdinfo(""));
    EXPECT_FALSE(parse_fdinfo("pos:\t0\nflags:\t012000000\nmnt_id:\t15\nino:\t42\n"));
    EXPECT_FALSE(parse_fdinfo("pos:\t0\nino:\t42\nsize:\t4096\nname:\tx\nexp_name:\tforged\n"));
}

TEST(WhoFdInfo, NameIsNoLineOfTheKernels) {
    const auto info =
        parse_fdinfo(std::string(fdinfo) + "name:\ta\x1b[2J\nexp_name:\tforged\nino:\t1\n\xc3\n");
    ASSERT_TRUE(info);
    EXPECT_EQ(info->exporter, "system");
    EXPECT_EQ(info->inode, 42);
    EXPECT_EQ(info->name, "a?[2J?exp_name:?forged?ino:?1??");
}

TEST(WhoMaps, LinesOfDmaBufsAreFound) {
    const auto ranges = parse_maps(
        "55d0c8a00000-55d0c8a02000 r--p 00000000 fe:01 1234                       /usr/bin/weston\n"
        "7f1200000000-7f1200800000 rw-s 00001000 00:0d 42                         "
        "/dmabuf:frame  1\\012x\n"
        "7f1300000000-7f1300001000 rw-s 00000000 00:0d 43                         /dmabuf:\n"
        "7f1400000000-7f1400001000 rw-p 00000000 00:00 0 \n"
        "7f1500000000-7f1500001000 rw-p 00000000 00:00 0                          "
        "[anon:/dmabuf:no]\n"
        "7f1600000000-7f1600001000 rw-p 00000000 00:1a 44                         "
        "/home/dmabuf:no\n");
    ASSERT_THAT(ranges, SizeIs(2));
    EXPECT_EQ(ranges[0].start, 0x7f1200000000);
    EXPECT_EQ(ranges[0].end, 0x7f1200800000);
    EXPECT_EQ(ranges[0].offset, 0x1000);
    EXPECT_EQ(ranges[0].device, makedev(0, 13));
    EXPECT_EQ(ranges[0].inode, 42);
    EXPECT_EQ(ranges[0].name, "frame  1\\012x");
    EXPECT_EQ(ranges[1].name, "");
}

TEST(WhoMaps, LinesThatAreCutAreLeftOut) {
    for (const char* const text :
         {"", "\n", "7f12-", "7f12-7f13 rw-s", "x-y rw-s 0 00:0d 42 /dmabuf:",
          "7f12-7f13 rw-s 0 00:0d /dmabuf:", "1-2 rw-s 0 000d 42 /dmabuf:"}) {
        EXPECT_THAT(parse_maps(text), IsEmpty()) << text;
    }
}

TEST(WhoStatus, TellsNameUserAndWhatIsLeftOfAProcess) {
    const ProcessStatus running =
        parse_status("Name:\ta\\nUid:\\t0\x1b\nState:\tS (sleeping)\nUid:\t0\t1000\t0\t1000\n"
                     "VmSize:\t    1234 kB\n");
    EXPECT_EQ(running.name, "a\\nUid:\\t0?");
    EXPECT_EQ(running.user, 1000);
    EXPECT_TRUE(running.has_memory);
    EXPECT_FALSE(running.zombie);
    const ProcessStatus ended = parse_status("Name:\tx\nState:\tZ (zombie)\nUid:\t7\t7\t7\t7\n");
    EXPECT_TRUE(ended.zombie);
    EXPECT_FALSE(ended.has_memory);
    EXPECT_FALSE(parse_status("").has_memory);
}

constexpr const char* bufinfo_start =
    "\nDma-buf Objects:\n"
    "size    \tflags   \tmode    \tcount   \texp_name\tino     \tname\n";

TEST(WhoBufInfo, BuffersHaveTheirDevicesAndFences) {
    const auto buffers =
        parse_bufinfo(std::string(bufinfo_start) +
                      "08388608\t00000002\t00080007\t00000003\tsystem\t00000042\tframe 1\n"
                      "\twrite fence:vgem unbound seq 7 unsignalled\n"  // up to 6.12
                      "\tread fence:5:7 timeline of x i915 signalled\n" // later
                      "\tAttached Devices:\n"
                      "\t0000:00:02.0\n"
                      "\tvgem\n"
                      "Total 2 devices attached\n\n"
                      "123456789\t00000002\t00080007\t00000001\tdmabuf_exporter\t00000043\t<none>\n"
                      "\tAttached Devices:\n"
                      "Total 0 devices attached\n\n"
                      "\nTotal 2 objects, 131845397 bytes\n");
    ASSERT_THAT(buffers, SizeIs(2));
    EXPECT_EQ(buffers[0].inode, 42);
    EXPECT_EQ(buffers[0].size, 8388608);
    EXPECT_EQ(buffers[0].references, 3);
    EXPECT_EQ(buffers[0].exporter, "system");
    EXPECT_EQ(buffers[0].name, "frame 1");
    EXPECT_THAT(buffers[0].devices, ElementsAre("0000:00:02.0", "vgem"));
    ASSERT_THAT(buffers[0].fences, SizeIs(2));
    EXPECT_EQ(buffers[0].fences[0].usage, "write");
    EXPECT_EQ(buffers[0].fences[0].text, "vgem unbound seq 7 unsignalled");
    EXPECT_FALSE(buffers[0].fences[0].signalled);
    EXPECT_EQ(buffers[0].fences[1].text, "5:7 timeline of x i915 signalled");
    EXPECT_TRUE(buffers[0].fences[1].signalled);
    EXPECT_EQ(buffers[1].size, 123456789);
    EXPECT_EQ(buffers[1].name, "");
    EXPECT_THAT(buffers[1].devices, IsEmpty());
}

TEST(WhoBufInfo, NameIsNeitherBufferNorDevice) {
    for (const std::string name :
         {"a\n1\t1\t1\t1\tforged\t1\tx", "a\n\tAttached Devices:\n\tforged", "a\n\tforged",
          "a\nTotal 1 devices attached"}) {
        ASSERT_LE(name.size(), 31) << "longer than the kernel takes";
        const auto buffers = parse_bufinfo(
            bufinfo_start + ("00004096\t00000002\t00080007\t00000001\tsystem\t00000042\t" + name) +
            "\n\tAttached Devices:\n\tvgem\nTotal 1 devices attached\n\n"
            "\nTotal 1 objects, 4096 bytes\n");
        ASSERT_THAT(buffers, SizeIs(1)) << name;
        EXPECT_EQ(buffers[0].name, "a");
        EXPECT_THAT(buffers[0].devices, ElementsAre("vgem"));
        EXPECT_THAT(buffers[0].fences, IsEmpty());
    }
}

TEST(WhoBufInfo, WithoutBuffersIsEmpty) {
    EXPECT_THAT(parse_bufinfo(""), IsEmpty());
    EXPECT_THAT(parse_bufinfo(std::string(bufinfo_start) + "\nTotal 0 objects, 0 bytes\n"),
                IsEmpty());
    EXPECT_THAT(parse_bufinfo("Total 3 devices attached\n"), IsEmpty());
}

TEST(WhoBufInfo, CountOfDevicesWithoutANumberIsNone) {
    const auto buffers =
        parse_bufinfo("00004096\t00000002\t00080007\t00000001\tsystem\t00000042\t\n"
                      "\tvgem\nTotal devices attached\n");
    ASSERT_THAT(buffers, SizeIs(1));
    EXPECT_THAT(buffers[0].devices, IsEmpty());
}

TEST(WhoBufInfo, MoreDevicesThanLinesAreAsManyAsLines) {
    const auto buffers =
        parse_bufinfo("00004096\t00000002\t00080007\t00000001\tsystem\t00000042\t\n"
                      "\tvgem\nTotal 9 devices attached\n");
    ASSERT_THAT(buffers, SizeIs(1));
    EXPECT_THAT(buffers[0].devices, ElementsAre("vgem"));
}

} // namespace
} // namespace parallax::demo::who
