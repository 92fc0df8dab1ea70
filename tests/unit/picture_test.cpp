// SPDX-License-Identifier: MIT
#include "files/picture_file.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/text.hpp"

#include "files/encoded_picture.hpp"

#include "support/paths.hpp"
#include "support/temporary_folder.hpp"

#include "files/write_file.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace parallax {
namespace {

using test::TemporaryFolder;

std::string message_of(const std::filesystem::path& file) {
    try {
        static_cast<void>(load_picture(file));
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "no error";
}

std::vector<char> content(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(Picture, SurvivesBeingSavedAndLoaded) {
    const TemporaryFolder folder;
    const Picture picture = test_pattern({33, 17}, 5);
    save_png(picture, folder.path() / "p.png");
    EXPECT_EQ(load_picture(folder.path() / "p.png"), picture);
}

TEST(Picture, ThatDoesNotExistIsNamed) {
    EXPECT_EQ(message_of("/nowhere/p.png"),
              "/nowhere/p.png cannot be read: No such file or directory");
}

TEST(Picture, ThatIsAFolderIsNamed) {
    EXPECT_EQ(message_of("/tmp"), "/tmp cannot be read: Is a directory");
}

TEST(Picture, ThatIsNoPictureSaysWhatIsAccepted) {
    const TemporaryFolder folder;
    write_file(folder.path() / "p.png", std::string("hello world!"));
    EXPECT_NE(message_of(folder.path() / "p.png").find("PNG and JPEG are accepted"),
              std::string::npos);
}

TEST(Picture, ThatIsEmptyIsRefused) {
    const TemporaryFolder folder;
    write_file(folder.path() / "p.png", {});
    EXPECT_NE(message_of(folder.path() / "p.png"), "no error");
}

TEST(Picture, CutOffAnywhereIsRefusedOrRead) {
    const TemporaryFolder folder;
    save_png(test_pattern({16, 16}, 1), folder.path() / "p.png");
    const std::vector<char> whole = content(folder.path() / "p.png");
    for (std::size_t length = 0; length + 16 < whole.size(); length += 7) {
        write_file(folder.path() / "cut.png", std::span(whole).first(length));
        EXPECT_NE(message_of(folder.path() / "cut.png"), "no error") << length;
    }
}

/// JPEG files of every kind.
const std::filesystem::path pictures =
    std::filesystem::path(test::project_folder) / "tests/parsers/corpus/picture";

TEST(Picture, JpegCutShortIsRefusedWithThePlace) {
    const TemporaryFolder folder;
    const std::filesystem::path cut = folder.path() / "cut.jpg";
    for (const char* const name : {"baseline.jpg", "progressive.jpg", "grey-restarts.jpg"}) {
        const std::vector<char> whole = content(pictures / name);
        EXPECT_EQ(message_of(pictures / name), "no error");
        for (std::size_t length = 0; length < whole.size(); ++length) {
            write_file(cut, std::span(whole).first(length));
            EXPECT_NE(message_of(cut), "no error") << name << " of " << length << " bytes";
        }
        EXPECT_EQ(message_of(cut),
                  text::format("{} is cut short: its data end at byte {}, before the end of the "
                               "picture (no EOI marker); copy or download it again",
                               cut.string(), whole.size() - 1));
    }
}

TEST(Picture, JpegCutShortIsNotTakenForWholeByTheEndOfItsThumbnail) {
    std::vector<char> cut = content(pictures / "baseline.jpg");
    cut.resize(cut.size() - 2);
    const std::string thumbnail("\xff\xe1\0\x06\xff\xd8\xff\xd9", 8); // APP1
    cut.insert(cut.begin() + 2, thumbnail.begin(), thumbnail.end());
    const TemporaryFolder folder;
    write_file(folder.path() / "cut.jpg", cut);
    EXPECT_NE(message_of(folder.path() / "cut.jpg").find("is cut short"), std::string::npos);
}

/// Exif data, which are a TIFF file, with two entries.
std::string exif(char orientation, bool little) {
    const std::string body = little ? std::string("II*\0\x08\0\0\0\x02\0"
                                                  "\x0f\x01\x02\0\x01\0\0\0\0\0\0\0"
                                                  "\x12\x01\x03\0\x01\0\0\0X\0\0\0\0\0\0\0",
                                                  38)
                                    : std::string("MM\0*\0\0\0\x08\0\x02"
                                                  "\x01\x0f\0\x02\0\0\0\x01\0\0\0\0"
                                                  "\x01\x12\0\x03\0\0\0\x01\0X\0\0\0\0\0\0",
                                                  38);
    std::string text = body;
    text[text.find('X')] = orientation;
    return text;
}

TEST(Picture, JpegIsTurnedAsItsExifPartSays) {
    const std::vector<char> plain = content(pictures / "baseline.jpg");
    const Picture lying = load_picture(pictures / "baseline.jpg");
    const TemporaryFolder folder;
    for (const bool little : {false, true}) {
        for (char orientation = 0; orientation < 10; ++orientation) {
            const std::string part = std::string("\xff\xe1\0\x2e", 4) + std::string("Exif\0\0", 6) +
                                     exif(orientation, little);
            std::vector<char> stated = plain;
            stated.insert(stated.begin() + 2, part.begin(), part.end());
            write_file(folder.path() / "p.jpg", stated);
            const bool known = orientation >= 1 && orientation <= 8;
            EXPECT_EQ(load_picture(folder.path() / "p.jpg"),
                      upright(lying, known ? orientation : 1))
                << int{orientation};
        }
    }
}

TEST(Picture, PngIsTurnedAsItsExifPartSays) {
    const TemporaryFolder folder;
    const Picture lying = test_pattern({5, 3}, 1);
    save_png(lying, folder.path() / "p.png");
    std::vector<char> png = content(folder.path() / "p.png");
    const std::string part =
        std::string("\0\0\0\x26", 4) + "eXIf" + exif(6, false) + std::string(4, '\0');
    png.insert(png.begin() + 33, part.begin(), part.end()); // after IHDR
    write_file(folder.path() / "p.png", png);
    EXPECT_EQ(load_picture(folder.path() / "p.png"), upright(lying, 6));
}

/// A picture of which each pixel is a letter, row by row.
Picture letters(Extent extent, std::string_view text) {
    Picture picture(extent);
    for (std::size_t i = 0; i < text.size(); ++i) {
        picture.pixels()[i].r = static_cast<std::uint8_t>(text[i]);
    }
    return picture;
}

TEST(Upright, IsWhatEachOfTheEightSays) {
    const Picture lying = letters({3, 2}, "abc"
                                          "def");
    EXPECT_EQ(upright(lying, 1), lying);
    EXPECT_EQ(upright(lying, 2), letters({3, 2}, "cbafed"));
    EXPECT_EQ(upright(lying, 3), letters({3, 2}, "fedcba"));
    EXPECT_EQ(upright(lying, 4), letters({3, 2}, "defabc"));
    EXPECT_EQ(upright(lying, 5), letters({2, 3}, "adbecf"));
    EXPECT_EQ(upright(lying, 6), letters({2, 3}, "daebfc")); // rotated by 90 degrees
    EXPECT_EQ(upright(lying, 7), letters({2, 3}, "fcebda"));
    EXPECT_EQ(upright(lying, 8), letters({2, 3}, "cfbead")); // by 270 degrees
}

TEST(Picture, TooLargeForAnyDeviceIsRefusedBeforeItIsDecoded) {
    const TemporaryFolder folder;
    save_png(test_pattern({1, 1}, 1), folder.path() / "p.png");
    std::vector<char> png = content(folder.path() / "p.png");
    png[16 + 2] = 0x40; // the width's second-lowest byte but one: 16385 and more
    write_file(folder.path() / "p.png", png);
    EXPECT_NE(message_of(folder.path() / "p.png").find("16384 pixels a side"), std::string::npos);
}

// stb would count the bytes of large ones in int.
TEST(Picture, TooLargeForAFileIsRefusedBeforeItIsEncoded) {
    const TemporaryFolder folder;
    try {
        save_png(Picture({.width = largest_side + 1, .height = 1}), folder.path() / "p.png");
        FAIL() << "it was saved";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("a PNG of 16385x1 is not written"));
    }
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "p.png"));
}

TEST(Picture, JpegThatClaimsMorePixelsThanItCanHoldIsRefused) { // seen to take a gigabyte
    // The beginning of a JPEG of 16384x16384 pixels, and of its scan.
    const std::string header("\xff\xd8\xff\xc0\0\x0b\x08\x40\0\x40\0\x01\x01\x11\0"
                             "\xff\xda\0\x08\x01\x01\0\0\x3f\0",
                             25);
    const TemporaryFolder folder;
    write_file(folder.path() / "p.jpg", header);
    EXPECT_NE(message_of(folder.path() / "p.jpg")
                  .find("p.jpg is damaged: 25 bytes cannot be 16384x16384 pixels"),
              std::string::npos)
        << message_of(folder.path() / "p.jpg");
}

TEST(Picture, PartOfUnknownKindIsNotQuotedWhereATerminalWouldObeyIt) {
    const TemporaryFolder folder;
    save_png(test_pattern({16, 16}, 1), folder.path() / "p.png");
    std::vector<char> png = content(folder.path() / "p.png");
    png[png.size() - 8] = '\x1b'; // the name of the last part, IEND
    write_file(folder.path() / "p.png", png);
    EXPECT_EQ(message_of(folder.path() / "p.png"),
              (folder.path() / "p.png").string() + " is damaged: a part of it is of no known kind");
}

TEST(Picture, IsNotEncodedPastTheEndOfMemory) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a sanitizer needs all addresses that there are";
#endif
    const TemporaryFolder folder;
    const Picture noise = test_pattern({2048, 2048}, 1);
    const pid_t pid = ::fork();
    if (pid == 0) {
        std::uint64_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        // The picture's rows, 16 MiB, and 12 for the output; the next step requests 24.
        const std::uint64_t most =
            pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) + (std::uint64_t{36} << 20);
        const rlimit limit{.rlim_cur = most, .rlim_max = most};
        ::setrlimit(RLIMIT_AS, &limit);
        try {
            save_png(noise, folder.path() / "noise.png");
        } catch (const std::bad_alloc&) {
            ::_exit(7);
        }
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 7);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Picture, KeepsItsColourWhenScaled) {
    const Picture grey({10, 10}, {.r = 100, .g = 150, .b = 200, .a = 255});
    for (const Extent extent : {Extent{3, 7}, Extent{40, 11}, Extent{1, 1}}) {
        const Picture scaled = resized(grey, extent);
        EXPECT_EQ(scaled.extent(), extent);
        EXPECT_EQ(scaled.at(0, 0), grey.at(0, 0));
    }
}

TEST(Picture, IsCentredInAFrameAndScaledByNoMoreThanIsAllowed) {
    const Picture grey({4, 2}, {.r = 90, .g = 90, .b = 90});
    const Rgba8 pixel = grey.at(0, 0);
    const Rgba8 black;
    const Picture twice = centred(grey, {8, 8});
    EXPECT_EQ(twice.at(0, 1), black);
    EXPECT_EQ(twice.at(0, 2), pixel);
    EXPECT_EQ(twice.at(7, 5), pixel);
    EXPECT_EQ(twice.at(7, 6), black);
    const Picture same = centred(grey, {8, 8}, 1);
    EXPECT_EQ(same.at(1, 3), black);
    EXPECT_EQ(same.at(2, 3), pixel);
    EXPECT_EQ(same.at(5, 4), pixel);
    EXPECT_EQ(same.at(6, 4), black);
    const Picture half = centred(grey, {2, 2}, 1);
    EXPECT_EQ(half.at(1, 0), pixel);
    EXPECT_EQ(half.at(1, 1), black);
}

TEST(TestPattern, DiffersBySeedAndBetweenNeighbours) {
    const Picture one = test_pattern({64, 64}, 1);
    EXPECT_NE(one, test_pattern({64, 64}, 2));
    for (std::uint32_t i = 1; i < 64; ++i) {
        EXPECT_NE(one.at(i, 0), one.at(i - 1, 0));
        EXPECT_NE(one.at(0, i), one.at(0, i - 1));
    }
}

} // namespace
} // namespace parallax
