import Testing
import Worklist

@Suite struct PersonNameTests {
    /// The first three are the examples of PS3.5 sections 6.2.1.1, H.3.1 and I.2.
    @Test(arguments: [
        ("Adams^John Robert Quincy^^Rev.^B.A. M.Div.", "Adams John Robert Quincy Rev. B.A. M.Div."),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada Tarou (山田 太郎)"),
        ("Hong^Gildong=洪^吉洞=홍^길동", "Hong Gildong (洪 吉洞)"),
        ("=山田^太郎", "山田 太郎"), ("==やまだ^たろう", "やまだ たろう"), ("山田^太郎=山田^太郎", "山田 太郎"),
        ("Smith", "Smith"), ("Smith^^^^ ", "Smith"), ("", "(no name)"), ("^^^", "(no name)"), ("=^=", "(no name)"),
    ])
    func aNameIsShownInWords(value: String, shown: String) {
        #expect(PersonName.display(value) == shown)
    }
}
