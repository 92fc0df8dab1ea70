// SPDX-License-Identifier: MIT
#include "parallax/picture.hpp"

#include "temporary_folder.hpp"

#include "parallax/write_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>
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

TEST(Picture, TooLargeForAnyDeviceIsRefusedBeforeItIsDecoded) {
    const TemporaryFolder folder;
    save_png(test_pattern({1, 1}, 1), folder.path() / "p.png");
    std::vector<char> png = content(folder.path() / "p.png");
    png[16 + 2] = 0x40; // the width's second-lowest byte but one: 16385 and more
    write_file(folder.path() / "p.png", png);
    EXPECT_NE(message_of(folder.path() / "p.png").find("16384 pixels a side"), std::string::npos);
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

TEST(Picture, KeepsItsColourWhenScaled) {
    const Picture grey({10, 10}, {.r = 100, .g = 150, .b = 200, .a = 255});
    for (const Extent extent : {Extent{3, 7}, Extent{40, 11}, Extent{1, 1}}) {
        const Picture scaled = resized(grey, extent);
        EXPECT_EQ(scaled.extent(), extent);
        EXPECT_EQ(scaled.at(0, 0), grey.at(0, 0));
    }
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
