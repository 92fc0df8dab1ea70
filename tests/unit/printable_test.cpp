// SPDX-License-Identifier: MIT
#include "parallax/printable.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace parallax {
namespace {

TEST(Printable, LettersOfEveryLanguageStay) {
    for (const char* text : {"", "USB 2.0 Camera", "Cam\u00e9ra", "\u30ab\u30e1\u30e9",
                             "\U0001f4f7", "\u00a0\u07ff\u0800\uffef\U00010000\U0010ffff"}) {
        EXPECT_EQ(printable(text), text);
    }
}

TEST(Printable, WhatATerminalObeysDoesNot) {
    const std::vector<std::pair<std::string, std::string>> texts{
        {"a\x1b[2Jb\n\r\t\x7f", "a?[2Jb????"},
        {"\u0080\u009b\u009f", "???"},               // control characters beyond ASCII
        {"\u200e\u202e\u2066\u2069\ufeff", "?????"}, // direction
        {"\u2028\u2029", "??"}};                     // lines
    for (const auto& [from, to] : texts) {
        EXPECT_EQ(printable(from), to);
    }
    EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a?b");
}

TEST(Printable, BytesThatAreNoCharacterDoNot) {
    const std::vector<std::pair<std::string, std::string>> texts{
        {"Cam\xc3", "Cam?"},               // cut off
        {"\xe3\x82", "??"},                // cut off after two of three
        {"\xf0\x9f\x93", "???"},           // after three of four
        {"\xc3 \xa9", "? ?"},              // a lead without the rest, the rest without a lead
        {"\xc0\xaf\xe0\x80\xaf", "?????"}, // overlong
        {"\xed\xa0\x80", "???"},           // a surrogate
        {"\xf4\x90\x80\x80", "????"},      // beyond the last character
        {"\xe9\xff\xfe", "???"}};          // Latin-1, and never in UTF-8
    for (const auto& [from, to] : texts) {
        EXPECT_EQ(printable(from), to);
    }
}

TEST(Printable, InAsciiEachOtherCharacterIsOneQuestionMark) {
    EXPECT_EQ(to_ascii("Cam\u00e9ra \u30ab\U0001f4f7~"), "Cam?ra ??~");
}

TEST(Printable, FormatCodesAreFourLetters) {
    EXPECT_EQ(fourcc_text(0x32315659), "YV12");
    EXPECT_EQ(fourcc_text(0x1b0a41ff), "?A\?\?");
}

TEST(Printable, ListsAreJoinedByASeparatorBetweenElements) {
    const std::vector<std::string> list{"one", "two", "three"};
    EXPECT_EQ(joined(list), "one, two, three");
    EXPECT_EQ(joined(list, " or ", [](const std::string& text) { return text.substr(1); }),
              "ne or wo or hree");
    EXPECT_EQ(joined(std::vector<std::string>()), "");
}

} // namespace
} // namespace parallax
