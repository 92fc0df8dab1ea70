// SPDX-License-Identifier: MIT
#include "survey/privacy.hpp"

#include "parallax/printable.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <cstring>

namespace parallax::demo::survey {
namespace {

/// A name that every machine may have tells nothing; one of two letters would tear other words out.
bool is_telling(std::string_view word) {
    constexpr std::array everybodys{"root", "localhost", "localdomain", "parallax"};
    constexpr std::size_t shortest = 3;
    return word.size() >= shortest && !std::ranges::contains(everybodys, word);
}

void add_word(Secrets& secrets, std::string_view word) {
    if (is_telling(word) && !std::ranges::contains(secrets.words, word)) {
        secrets.words.emplace_back(word);
    }
}

void add_home(Secrets& secrets, std::string_view home) {
    while (home.ends_with('/')) {
        home.remove_suffix(1);
    }
    if (home.starts_with('/') && !std::ranges::contains(secrets.homes, home)) {
        secrets.homes.emplace_back(home);
    }
}

void add_user(Secrets& secrets, uid_t user) {
    if (const passwd* const entry = ::getpwuid(user)) {
        add_word(secrets, entry->pw_name);
        add_home(secrets, entry->pw_dir);
    }
}

void add_host(Secrets& secrets) {
    std::array<char, HOST_NAME_MAX + 1> name{};
    if (::gethostname(name.data(), name.size() - 1) == 0) {
        const std::string_view whole = name.data();
        add_word(secrets, whole);
        add_word(secrets, whole.substr(0, whole.find('.')));
    }
}

std::string_view variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string_view() : value;
}

bool is_part_of_a_word(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

/// Replaces @p what wherever it stands alone.
/// @param before whether it may follow any character.
std::string replaced(const std::string& text, std::string_view what, std::string_view by,
                     bool before) {
    std::string result;
    std::size_t from = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, from)) {
        const std::size_t end = at + what.size();
        const bool alone = (before || at == 0 || !is_part_of_a_word(text[at - 1])) &&
                           (end == text.size() || !is_part_of_a_word(text[end]));
        result += text.substr(from, at - from);
        result += alone ? by : what;
        from = end;
    }
    return result + text.substr(from);
}

} // namespace

Secrets Secrets::of_this_machine() {
    Secrets secrets;
    add_host(secrets);
    add_user(secrets, ::getuid());
    uid_t user = 0;
    const std::string_view sudo = variable("SUDO_UID");
    if (std::from_chars(sudo.data(), sudo.data() + sudo.size(), user).ec == std::errc{}) {
        add_user(secrets, user);
    }
    for (const char* const name : {"USER", "LOGNAME", "SUDO_USER"}) {
        add_word(secrets, variable(name));
    }
    add_home(secrets, variable("HOME"));
    // The longest first, so that none is left with a part of another removed.
    const auto longer = [](const std::string& a, const std::string& b) {
        return a.size() > b.size();
    };
    std::ranges::stable_sort(secrets.words, longer);
    std::ranges::stable_sort(secrets.homes, longer);
    return secrets;
}

std::string Secrets::removed_from(std::string text) const {
    for (const std::string& home : homes) {
        text = replaced(text, home, "~", true);
    }
    for (const std::string& word : words) {
        text = replaced(text, word, "(private)", false);
    }
    return text;
}

void make_public(Survey& survey, const Secrets& secrets) {
    for_each_sentence(survey, [&secrets](std::string& text) {
        text = printable(secrets.removed_from(std::move(text)));
    });
}

} // namespace parallax::demo::survey
